namespace Cano.Kernel

open System
open System.Runtime.CompilerServices
open System.Runtime.InteropServices
open Cano

/// A row read back from its bytes.
type StoredRow = {
    Sequence: int64
    Kind: RowKind
    State: string
    TaskName: string
    NextState: string | null
    WorkflowName: string | null
    WorkflowVersion: uint32
    Visit: int64
    Data: byte[] | null
    Payload: byte[] | null
}

/// What a journal's index needs of a row, read where the row's bytes lie: texts are UTF-8 within those bytes.
[<Struct; IsByRefLike; NoEquality; NoComparison>]
type RowHead = {
    /// What is wrong with the bytes, and then with all of this; null when nothing is.
    Problem: string | null
    Sequence: int64
    Kind: RowKind
    Visit: int64
    WorkflowVersion: uint32
    /// False: the row names no workflow.
    HasWorkflowName: bool
    WorkflowName: ReadOnlySpan<byte>
    State: ReadOnlySpan<byte>
}

/// The body of a row in the journal's own format, without run id and fence. It begins with the format's
/// version; the order of the fields is stored, so changing it strands old journals.
[<AbstractClass; Sealed>]
type RowBytes private () =

    /// The newest version this build writes, and the only one it reads.
    static member Version = 1uy

    static member Write(row: IStoredRow) : byte[] =
        let writer = ByteWriter()

        let optional (bytes: Nullable<ReadOnlyMemory<byte>>) =
            if bytes.HasValue then
                writer.Bytes bytes.Value.Span
            else
                writer.OptionalBytes null

        writer.Unsigned(uint64 RowBytes.Version)
        writer.Unsigned(uint64 row.Kind)
        writer.Signed row.Sequence
        writer.Signed row.Visit
        writer.Unsigned(uint64 row.WorkflowVersion)
        writer.Text row.WorkflowName
        writer.Text row.State
        writer.Text row.TaskName
        writer.Text row.NextState
        optional row.Data
        optional row.Payload
        writer.ToArray()

    static member private Body(reader: ByteReader) : StoredRow =
        let kind = LanguagePrimitives.EnumOfValue<byte, RowKind>(reader.Byte())
        let sequence = reader.Signed()
        let visit = reader.Signed()
        let version = uint32 (reader.Unsigned())
        let workflow = reader.OptionalText()
        let state = reader.Text()
        let task = reader.Text()
        let next = reader.OptionalText()
        let data = reader.OptionalBytes()

        {
            Sequence = sequence
            Kind = kind
            State = state
            TaskName = task
            NextState = next
            WorkflowName = workflow
            WorkflowVersion = version
            Visit = visit
            Data = data
            Payload = reader.OptionalBytes()
        }

    /// What is wrong with a body that was read to its end; null when nothing is.
    static member private ProblemOf(version: uint64, isSound: bool, kind: RowKind) : string | null =
        if version <> uint64 RowBytes.Version then
            $"its format version is {version}; this build of Cano reads version {RowBytes.Version}"
        elif not isSound then
            "its bytes are damaged"
        elif kind < RowKind.StateEntered || kind > RowKind.Snapshot then
            $"its kind {uint8 kind} is unknown: a newer version of Cano wrote it"
        else
            null

    /// Null and the row, or what is wrong with the bytes.
    static member TryRead(bytes: byte[], [<Out>] row: byref<StoredRow>) : string | null =
        let reader = ByteReader bytes
        let version = reader.Unsigned()

        if version = uint64 RowBytes.Version then
            row <- RowBytes.Body reader
            RowBytes.ProblemOf(version, reader.IsSound, row.Kind)
        else
            RowBytes.ProblemOf(version, false, RowKind.StateEntered)

    /// The head of a row; all of the body is checked as when it is read, and nothing of it copied.
    static member ReadHead(bytes: ReadOnlySpan<byte>) : RowHead =
        // The scan moves on as it reads, and fills in the flag below; both live and die with this call.
        let mutable scan = ByteScan bytes
        let version = scan.Unsigned()
        let kind = LanguagePrimitives.EnumOfValue<byte, RowKind>(scan.Byte())
        let sequence = scan.Signed()
        let visit = scan.Signed()
        let workflowVersion = uint32 (scan.Unsigned())
        let mutable hasWorkflow = false
        let workflow = scan.Optional(&hasWorkflow)
        let state = scan.Required()
        let _task = scan.Required()
        // The next state, data and payload.
        scan.Skip()
        scan.Skip()
        scan.Skip()

        {
            Problem = RowBytes.ProblemOf(version, scan.IsSound, kind)
            Sequence = sequence
            Kind = kind
            Visit = visit
            WorkflowVersion = workflowVersion
            HasWorkflowName = hasWorkflow
            WorkflowName = workflow
            State = state
        }
