import { createRoot } from "react-dom/client";
import { localStore } from "@/lib/storage";
import { ThemeChoice } from "@/state/theme";
import { App } from "./App";
import { keepShell } from "./worker";
import "@/ui/theme.css";

keepShell();
const theme = new ThemeChoice(localStore);
const root = document.getElementById("root");
if (root) createRoot(root).render(<App theme={theme} />);
