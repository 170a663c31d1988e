export { SoundPlayer } from "./SoundPlayer";
export { VoiceRecorder } from "./VoiceRecorder";
