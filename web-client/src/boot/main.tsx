import { createRoot } from "react-dom/client";
import { localStore } from "@/lib/storage";
import { ThemeChoice } from "@/state/theme";
import { account } from "./account";
import { App } from "./App";
import { openWorkspace } from "./open";
import { keepShell } from "./worker";
import "@/ui/theme.css";

keepShell();
const theme = new ThemeChoice(localStore);
const root = document.getElementById("root");
if (root) createRoot(root).render(<App theme={theme} opened={account && openWorkspace(account, theme)} />);
