import { useMediaUrl } from "./Avatar";

interface EmoticonProps {
  mxc: string;
  alt: string;
  className?: string;
}

/** A picture that stands for an emoji; its name until it is here. */
export function Emoticon({ mxc, alt, className = "inline h-6 max-w-24 align-middle object-contain" }: EmoticonProps) {
  const url = useMediaUrl(mxc);
  if (!url) return <span>{alt}</span>;
  return <img src={url} alt={alt} title={alt} className={className} draggable={false} />;
}
