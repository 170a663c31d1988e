import { lazy, Suspense } from "react";
import { closeDialog, type OpenDialog } from "@/state/dialogs";
import { BrowseDialog } from "./BrowseDialog";
import { ConfirmDialog } from "./ConfirmDialog";
import { CreateDialog } from "./CreateDialog";
import { PeopleDialog } from "./PeopleDialog";
import { PasswordDialog } from "./PasswordDialog";
import { Switcher } from "./Switcher";

const SettingsDialog = lazy(() => import("@/features/settings").then((module) => ({ default: module.SettingsDialog })));
const PersonDialog = lazy(() => import("@/features/people").then((module) => ({ default: module.PersonDialog })));
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
      return <CreateDialog />;
    case "browse":
      return <BrowseDialog />;
    case "direct":
      return <PeopleDialog channel={null} />;
    case "invite":
      return <PeopleDialog channel={open.channel} />;
    case "settings":
      return <SettingsDialog onClose={closeDialog} />;
    case "person":
      return <PersonDialog person={open.person} channel={open.channel} />;
    case "lightbox":
      return <Lightbox messages={open.messages} start={open.start} onClose={closeDialog} />;
    case "confirm":
      return <ConfirmDialog {...open} />;
    case "password":
      return <PasswordDialog answer={open.answer} />;
  }
}
