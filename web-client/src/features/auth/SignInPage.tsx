import { type FormEvent, useCallback, useEffect, useState } from "react";
import { t } from "@/lib/i18n";
import { offers, register, type ServerOffer, signIn } from "@/matrix/auth";
import type { Session } from "@/matrix/tokens";
import { Button } from "@/ui/Button";
import { Problem } from "@/ui/Empty";
import { Field } from "@/ui/Field";
import { PasswordField } from "./PasswordField";

type Mode = "sign-in" | "register";

/** The client speaks to the server that serves it. */
const BASE_URL = location.origin;

export function SignInPage({ onSession }: { onSession: (session: Session) => Promise<void> }) {
  const [mode, setMode] = useState<Mode>("sign-in");
  const { offer, problem: offline, retry } = useOffers();
  return (
    <main className="flex min-h-full items-center justify-center overflow-y-auto bg-side px-4 py-10">
      <div className="w-full max-w-sm">
        <div className="mb-6 flex flex-col items-center text-center">
          <img src="/icon.svg" alt="" className="mb-4 size-14" />
          <h1 className="text-xl font-semibold tracking-tight">{mode === "sign-in" ? t("Sign in to ChatSphere") : t("Create your account")}</h1>
          <p className="mt-1 text-sm text-ink-2">{t("on {server}", { server: location.host })}</p>
        </div>
        <div className="rounded-2xl border border-line bg-raised p-6">
          {offline && (
            <div className="mb-4">
              <Problem action={<Button onClick={retry}>{t("Try again")}</Button>}>{offline}</Problem>
            </div>
          )}
          <CredentialsForm key={mode} mode={mode} offer={offer} onSession={onSession} />
        </div>
        <ModeSwitch mode={mode} offer={offer} onMode={setMode} />
      </div>
    </main>
  );
}

function useOffers() {
  const [offer, setOffer] = useState<ServerOffer | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const ask = useCallback(() => {
    offers(BASE_URL).then(setOffer, (error: Error) => setProblem(error.message));
  }, []);
  useEffect(ask, [ask]);
  const retry = () => {
    setProblem(null);
    ask();
  };
  return { offer, problem, retry };
}

interface FormProps {
  mode: Mode;
  offer: ServerOffer | null;
  onSession: (session: Session) => Promise<void>;
}

function CredentialsForm({ mode, offer, onSession }: FormProps) {
  const [user, setUser] = useState("");
  const [password, setPassword] = useState("");
  const [token, setToken] = useState("");
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (busy) return;
    setBusy(true);
    setProblem(null);
    try {
      const work = mode === "sign-in" ? signIn : register;
      await onSession(await work(BASE_URL, { user, password, token: token.trim() }));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
      setBusy(false);
    }
  };
  return (
    <form onSubmit={submit} className="flex flex-col gap-4">
      {problem && <Problem>{problem}</Problem>}
      <Field
        label={t("Username")}
        name="username"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        autoFocus
        required
        value={user}
        onChange={(event) => setUser(event.target.value)}
      />
      <PasswordField fresh={mode === "register"} value={password} onChange={setPassword} />
      {mode === "register" && offer?.registration === "token" && (
        <Field
          label={t("Invitation code")}
          hint={t("This server asks for a code from its administrator.")}
          required
          value={token}
          onChange={(event) => setToken(event.target.value)}
        />
      )}
      <Button type="submit" look="primary" busy={busy} className="h-10">
        {mode === "sign-in" ? t("Sign in") : t("Create account")}
      </Button>
    </form>
  );
}

function ModeSwitch({ mode, offer, onMode }: { mode: Mode; offer: ServerOffer | null; onMode: (mode: Mode) => void }) {
  if (offer?.registration === "closed" && mode === "sign-in") return null;
  const [question, answer, next]: [string, string, Mode] =
    mode === "sign-in" ? [t("New here?"), t("Create an account"), "register"] : [t("Have an account?"), t("Sign in"), "sign-in"];
  return (
    <p className="mt-5 text-center text-sm text-ink-2">
      {question}{" "}
      <button type="button" className="font-semibold text-accent-text underline-offset-2 hover:underline" onClick={() => onMode(next)}>
        {answer}
      </button>
    </p>
  );
}
