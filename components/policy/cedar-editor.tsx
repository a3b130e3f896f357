'use client'
import { autocompletion, completionKeymap } from '@codemirror/autocomplete'
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands'
import { bracketMatching } from '@codemirror/language'
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { EditorState, type Text } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { type Ref, useEffect, useEffectEvent, useImperativeHandle, useRef } from 'react'
import type { SourceFault } from '@/lib/policy/place'
import { cedarCompletions, cedarLanguage } from './cedar-language'

/** What a page may ask of the editor. */
export interface Editor {
  /** Puts the cursor at a place, in view. */
  readonly goTo: (line: number, column: number) => void
}

const look = EditorView.theme({
  '&': { backgroundColor: 'var(--surface)', color: 'var(--ink)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': {
    fontFamily: 'var(--font-geist-mono), ui-monospace, monospace',
    lineHeight: '20px',
    maxHeight: '62vh',
  },
  '.cm-content': { caretColor: 'var(--ink)', minHeight: '240px' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '.cm-gutters': { backgroundColor: 'var(--sunken)', color: 'var(--ink-3)', border: 'none' },
  '.cm-activeLine, .cm-activeLineGutter': { backgroundColor: 'var(--sunken)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'var(--accent-soft)',
  },
  '.cm-tooltip': { backgroundColor: 'var(--raised)', color: 'var(--ink)', border: '1px solid var(--line-strong)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': { backgroundColor: 'var(--accent)', color: 'var(--on-solid)' },
  '.cm-completionDetail': { color: 'inherit', fontStyle: 'normal' },
  '.cm-diagnostic-error': { borderLeftColor: 'var(--denied)' },
  '.cm-diagnostic-warning': { borderLeftColor: 'var(--held)' },
})

/** A place in the text as CodeMirror counts it; what lies outside is moved to the nearest end. */
function offset(doc: Text, line: number, column: number): number {
  const at = doc.line(Math.min(Math.max(line, 1), doc.lines))
  return Math.min(at.from + Math.max(0, column - 1), at.to)
}

const diagnostic = (doc: Text, fault: SourceFault): Diagnostic => ({
  from: offset(doc, fault.line, fault.column),
  to: offset(doc, fault.end_line, fault.end_column),
  severity: fault.severity,
  message: fault.message,
})

interface CedarEditorProps {
  readonly label: string
  /** What it begins with, and what it is set to when this changes to something that is not in it. */
  readonly source: string
  readonly faults: readonly SourceFault[]
  readonly readOnly?: boolean
  readonly onChange?: (source: string) => void
  readonly ref?: Ref<Editor>
}

/** A text of Cedar with colours, completion and its faults in place. Tab leaves it: nothing traps the keyboard. */
export function CedarEditor({ label, source, faults, readOnly = false, onChange, ref }: CedarEditorProps) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView>(null)
  const changed = useEffectEvent((text: string) => onChange?.(text))
  const begin = useEffectEvent(() => source)
  useEffect(() => {
    if (!place.current) return
    const made = new EditorView({
      parent: place.current,
      state: EditorState.create({
        doc: begin(),
        extensions: [
          lineNumbers(),
          history(),
          drawSelection(),
          bracketMatching(),
          highlightActiveLine(),
          lintGutter(),
          autocompletion({ override: [cedarCompletions] }),
          keymap.of([...completionKeymap, ...lintKeymap, ...historyKeymap, ...defaultKeymap]),
          cedarLanguage,
          look,
          EditorView.lineWrapping,
          EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
          EditorState.readOnly.of(readOnly),
          EditorView.updateListener.of(update => {
            if (update.docChanged) changed(update.state.doc.toString())
          }),
        ],
      }),
    })
    view.current = made
    return () => made.destroy()
  }, [label, readOnly])
  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === source) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: source } })
  }, [source])
  useEffect(() => {
    const editor = view.current
    if (!editor) return
    const { doc } = editor.state
    editor.dispatch(
      setDiagnostics(
        editor.state,
        faults.map(fault => diagnostic(doc, fault)),
      ),
    )
  }, [faults])
  useImperativeHandle(ref, () => ({
    goTo(line, column) {
      const editor = view.current
      if (!editor) return
      editor.dispatch({ selection: { anchor: offset(editor.state.doc, line, column) }, scrollIntoView: true })
      editor.focus()
    },
  }))
  return (
    <div
      ref={place}
      className="overflow-hidden rounded-lg border border-line-strong outline-accent focus-within:outline-2"
    />
  )
}
