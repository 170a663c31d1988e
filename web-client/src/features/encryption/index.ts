export { ConfirmDeviceDialog } from "./ConfirmDeviceDialog";
export { EncryptionPage } from "./EncryptionPage";
export { EncryptionNote } from "./EncryptionNote";
export { RecoveryKeyDialog } from "./RecoveryKeyDialog";
export { ResetIdentityDialog } from "./ResetIdentityDialog";
export { TrustLine } from "./TrustLine";
export { TrustMark } from "./TrustMark";
export { VerifyDialog } from "./VerifyDialog";
