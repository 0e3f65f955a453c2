import { Image } from 'lucide-react'
import { useState } from 'react'
import './thumbnail.css'

interface ThumbnailProps {
  /** Of the item or the design. */
  readonly id: string
  /** False until there is a picture to ask for. */
  readonly isReady: boolean
  readonly size?: 'row' | 'large'
  readonly alt?: string
  /** What stands in the picture's place where it is not known. */
  readonly missing?: string
}

/** A design on a checkerboard, which shows through where it is transparent. */
export function Thumbnail({ id, isReady, size = 'row', alt = '', missing }: ThumbnailProps) {
  const [brokenId, setBrokenId] = useState<string | null>(null)
  const isShown = isReady && brokenId !== id
  return (
    <span className={`thumbnail thumbnail-${size}`} data-shown={isShown}>
      {isShown ? (
        <img src={`app://thumb/${id}`} alt={alt} decoding="async" draggable={false} onError={() => setBrokenId(id)} />
      ) : (
        <>
          <Image size={size === 'row' ? 16 : 32} strokeWidth={1.5} aria-hidden />
          {missing}
        </>
      )}
    </span>
  )
}
