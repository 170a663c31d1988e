//! What was said around an event that was found (spec "Server Side Search", `event_context`).

use crate::{
    ApiError, App,
    client::common::{limit, place, shown},
};
use ::search::Hit;
use rooms::{ClientView, Context, StoredEvent};
use ruma::{
    OwnedUserId,
    api::client::search::search_events::v3::{EventContext, EventContextResult, UserProfile},
};
use std::{
    collections::{BTreeMap, HashSet},
    sync::Arc,
};
use users::Identity;

/// Events before and after, at the most.
const MOST: usize = 20;

/// The surroundings of events, as one caller wants them.
pub(super) struct Around<'a> {
    pub(super) app: &'a App,
    pub(super) caller: &'a Identity,
    pub(super) ignored: &'a HashSet<OwnedUserId>,
    pub(super) wish: EventContext,
}

impl Around<'_> {
    /// The surroundings of one event.
    pub(super) fn of(&self, hit: &Hit, view: &mut ClientView<'_>) -> Result<EventContextResult, ApiError> {
        let count = |wanted| if wanted == ruma::UInt::MIN { 0 } else { limit(Some(wanted), MOST, MOST) };
        let around = (count(self.wish.before_limit), count(self.wish.after_limit));
        let wanted = |event: &StoredEvent| !self.ignored.contains(event.pdu.sender());
        let mut answer = EventContextResult::new();
        let context = self.app.rooms.context(&hit.room, self.caller.user, hit.event.num, around, wanted)?;
        let Some(context) = context else { return Ok(answer) };
        let all = |events: &[Arc<StoredEvent>], view: &mut ClientView<'_>| {
            events.iter().map(|event| shown(view, event)).collect::<Result<_, _>>()
        };
        answer.events_before = all(&context.before, view)?;
        answer.events_after = all(&context.after, view)?;
        answer.start = Some(place(context.start));
        answer.end = Some(place(context.end));
        if self.wish.include_profile {
            answer.profile_info = self.profiles(hit, &context)?;
        }
        Ok(answer)
    }

    /// How those who speak in it were called then.
    fn profiles(&self, hit: &Hit, context: &Context) -> Result<BTreeMap<OwnedUserId, UserProfile>, ApiError> {
        let rooms = &self.app.rooms;
        let mut profiles = BTreeMap::new();
        for event in context.before.iter().chain(&context.after).chain([&context.event]) {
            let sender = event.pdu.sender();
            if profiles.contains_key(sender) {
                continue;
            }
            let Some(key) = rooms.ids().find_member_key(sender)? else { continue };
            let member = rooms.state_get(hit.room.num, context.state, key)?;
            let member = member.map(|num| rooms.event(num)).transpose()?.flatten();
            let profile = member.and_then(|member| member.pdu.content_as::<UserProfile>().ok());
            profiles.insert(sender.to_owned(), profile.unwrap_or_default());
        }
        Ok(profiles)
    }
}
