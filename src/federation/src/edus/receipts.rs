//! `m.receipt`: how far people have read (server-server API, "Receipts").

use super::is_of;
use crate::Federation;
use rooms::{NewReceipt, ReceiptKind, RoomError, RoomRef};
use ruma::{
    ServerName, UserId,
    api::federation::transactions::edu::{ReceiptContent, ReceiptData},
};

/// The most receipts that one message says anything with, and the most events that one receipt names.
const MOST: usize = 1_000;
const MOST_EVENTS: usize = 20;

impl Federation {
    pub(super) async fn receive_receipts(
        &self,
        origin: &ServerName,
        receipts: ReceiptContent,
    ) -> Result<(), RoomError> {
        let mut left = MOST;
        for (room, receipts) in receipts.receipts {
            let Some(room) = self.open_room(origin, &room)? else { continue };
            for (user, receipt) in receipts.read {
                if left == 0 {
                    return Ok(());
                }
                left -= 1;
                if is_of(&user, origin) {
                    self.receive_receipt(&room, &user, &receipt).await?;
                }
            }
        }
        Ok(())
    }

    async fn receive_receipt(
        &self,
        room: &RoomRef,
        user: &UserId,
        receipt: &ReceiptData,
    ) -> Result<(), RoomError> {
        for event in receipt.event_ids.iter().take(MOST_EVENTS) {
            let new = NewReceipt {
                kind: ReceiptKind::Read,
                event,
                thread: receipt.data.thread.as_str(),
                ts: receipt.data.ts.map(|ts| ts.get().into()),
            };
            match self.inner.rooms.send_receipt(room, user, new).await {
                Ok(()) => {}
                Err(error @ (RoomError::Read(_) | RoomError::Write(_))) => return Err(error),
                // They read something that is not here, or are not in the room any more.
                Err(error) => tracing::debug!(room = %room.id, %user, %error, "a receipt is left out"),
            }
        }
        Ok(())
    }
}
