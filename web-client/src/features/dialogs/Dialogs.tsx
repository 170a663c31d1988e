import { lazy, Suspense } from "react";
import { closeDialog, type OpenDialog } from "@/state/dialogs";
import { BrowseDialog } from "./BrowseDialog";
import { ConfirmDialog } from "./ConfirmDialog";
import { CreateDialog } from "./CreateDialog";
import { DeactivateDialog } from "./DeactivateDialog";
import { PeopleDialog } from "./PeopleDialog";
import { PasswordDialog } from "./PasswordDialog";
import { HistoryDialog } from "./HistoryDialog";
import { ReportDialog } from "./ReportDialog";
import { StatusDialog } from "./StatusDialog";
import { Switcher } from "./Switcher";

const SettingsDialog = lazy(() => import("@/features/settings").then((module) => ({ default: module.SettingsDialog })));
const PersonDialog = lazy(() => import("@/features/people").then((module) => ({ default: module.PersonDialog })));
const PollDialog = lazy(() => import("@/features/polls").then((module) => ({ default: module.PollDialog })));
const PlaceDialog = lazy(() => import("@/features/place").then((module) => ({ default: module.PlaceDialog })));
const ScheduledDialog = lazy(() => import("@/features/later").then((module) => ({ default: module.ScheduledDialog })));
const SendAtDialog = lazy(() => import("@/features/later").then((module) => ({ default: module.SendAtDialog })));
const NewSpaceDialog = lazy(() => import("@/features/spaces").then((module) => ({ default: module.NewSpaceDialog })));
const ListDialog = lazy(() => import("@/features/spaces").then((module) => ({ default: module.ListDialog })));
const ChannelEmojiDialog = lazy(() => import("@/features/emoji-packs").then((module) => ({ default: module.ChannelEmojiDialog })));
const encryption = () => import("@/features/encryption");
const RecoveryKeyDialog = lazy(() => encryption().then((module) => ({ default: module.RecoveryKeyDialog })));
const ExportKeysDialog = lazy(() => encryption().then((module) => ({ default: module.ExportKeysDialog })));
const ImportKeysDialog = lazy(() => encryption().then((module) => ({ default: module.ImportKeysDialog })));
const ConfirmDeviceDialog = lazy(() => encryption().then((module) => ({ default: module.ConfirmDeviceDialog })));
const ResetIdentityDialog = lazy(() => encryption().then((module) => ({ default: module.ResetIdentityDialog })));
const VerifyDialog = lazy(() => encryption().then((module) => ({ default: module.VerifyDialog })));
const Lightbox = lazy(() => import("@/features/lightbox").then((module) => ({ default: module.Lightbox })));

/** Draws the dialog that is open. */
export function Dialogs({ open }: { open: OpenDialog }) {
  return <Suspense>{one(open)}</Suspense>;
}

function one(open: OpenDialog) {
  switch (open.type) {
    case "switcher":
      return <Switcher />;
    case "create":
      return <CreateDialog space={open.space} />;
    case "new-space":
      return <NewSpaceDialog />;
    case "list":
      return <ListDialog space={open.space} />;
    case "browse":
      return <BrowseDialog />;
    case "direct":
      return <PeopleDialog channel={null} />;
    case "invite":
      return <PeopleDialog channel={open.channel} />;
    case "settings":
      return <SettingsDialog start={open.page} onClose={closeDialog} />;
    case "status":
      return <StatusDialog />;
    case "poll":
      return <PollDialog channel={open.channel} thread={open.thread} />;
    case "scheduled":
      return <ScheduledDialog />;
    case "send-at":
      return <SendAtDialog choose={open.choose} />;
    case "place":
      return <PlaceDialog channel={open.channel} thread={open.thread} />;
    case "history":
      return <HistoryDialog channel={open.channel} event={open.event} />;
    case "report":
      return <ReportDialog channel={open.channel} event={open.event} person={open.person} name={open.name} />;
    case "person":
      return <PersonDialog person={open.person} channel={open.channel} />;
    case "recovery-key":
      return <RecoveryKeyDialog />;
    case "channel-emoji":
      return <ChannelEmojiDialog channel={open.channel} />;
    case "deactivate":
      return <DeactivateDialog />;
    case "export-keys":
      return <ExportKeysDialog />;
    case "import-keys":
      return <ImportKeysDialog />;
    case "confirm-device":
      return <ConfirmDeviceDialog />;
    case "reset-identity":
      return <ResetIdentityDialog />;
    case "verify":
      return <VerifyDialog key={open.id} id={open.id} />;
    case "lightbox":
      return <Lightbox messages={open.messages} start={open.start} onClose={closeDialog} />;
    case "confirm":
      return <ConfirmDialog {...open} />;
    case "password":
      return <PasswordDialog answer={open.answer} />;
  }
}
