'use client'
import { PageFailed } from '@/components/shell/page-failed'

/** A page that fails leaves the frame, and with it the kill switch, in place. */
export default PageFailed
