namespace Cano.Kernel

open System
open Cano

/// The payload of a fact's row; a snapshot's is a MemoryFormat. Every number here is stored:
/// changing one strands old journals.
[<RequireQualifiedAccess>]
module internal FactFormat =

    let private written (write: ByteWriter -> 'T -> unit) (value: 'T) : byte[] =
        let writer = ByteWriter()
        write writer value
        writer.ToArray()

    let private orNull (write: ByteWriter -> 'T -> unit) (value: 'T | null) : byte[] | null =
        match value with
        | null -> null
        | value -> written write value

    /// Null when the fact has none, or is a snapshot.
    let payload (fact: Fact) : byte[] | null =
        match fact with
        | Fact.StateEntered split -> orNull SplitFormat.write split
        | Fact.StepCompleted(_, output) -> output
        | Fact.CursorAdvanced cursor -> cursor
        | Fact.WaitStarted wait -> written WaitFormat.write wait
        | Fact.RollbackStarted error
        | Fact.RollbackFinished error -> written ErrorFormat.write error
        | Fact.Compensated fault -> orNull ErrorFormat.write fault
        | Fact.SignalTaken signal -> written SignalFormat.write signal
        | Fact.ChildStarted child -> written ChildFormat.writeStart child
        | Fact.ChildEnded child -> written ChildFormat.writeEnding child
        | Fact.BranchesListed listing -> written BranchFormat.writeListing listing
        | Fact.BranchCompleted branch -> written BranchFormat.writeEnding branch
        | Fact.CancelRequested request -> written CancelFormat.write request
        | Fact.Failed(error, _) -> written ErrorFormat.write error
        | Fact.Finished
        | Fact.Snapshot _ -> null

    let nextState (fact: Fact) : string | null =
        match fact with
        | Fact.StepCompleted(next, _) -> next
        | Fact.Failed(_, next) -> next
        | Fact.StateEntered _
        | Fact.CursorAdvanced _
        | Fact.WaitStarted _
        | Fact.RollbackStarted _
        | Fact.Compensated _
        | Fact.RollbackFinished _
        | Fact.SignalTaken _
        | Fact.ChildStarted _
        | Fact.ChildEnded _
        | Fact.BranchesListed _
        | Fact.BranchCompleted _
        | Fact.CancelRequested _
        | Fact.Finished
        | Fact.Snapshot _ -> null

    let private entered =
        Reading(fun reader -> Fact.StateEntered(SplitFormat.read &reader))

    let private waitStarted =
        Reading(fun reader -> Fact.WaitStarted(WaitFormat.read &reader))

    let private rollbackStarted =
        Reading(fun reader -> Fact.RollbackStarted(ErrorFormat.read &reader))

    let private compensated =
        Reading(fun reader -> Fact.Compensated(ErrorFormat.read &reader))

    let private rollbackFinished =
        Reading(fun reader -> Fact.RollbackFinished(ErrorFormat.read &reader))

    let private signalTaken =
        Reading(fun reader -> Fact.SignalTaken(SignalFormat.read &reader))

    let private childStarted =
        Reading(fun reader -> Fact.ChildStarted(ChildFormat.readStart &reader))

    let private childEnded =
        Reading(fun reader -> Fact.ChildEnded(ChildFormat.readEnding &reader))

    let private branchesListed =
        Reading(fun reader -> Fact.BranchesListed(BranchFormat.readListing &reader))

    let private branchCompleted =
        Reading(fun reader -> Fact.BranchCompleted(BranchFormat.readEnding &reader))

    let private cancelRequested =
        Reading(fun reader -> Fact.CancelRequested(CancelFormat.read &reader))

    let private failed next =
        Reading(fun reader -> Fact.Failed(ErrorFormat.read &reader, next))

    let private missing: Result<Fact, string> = Error "its payload is missing"

    /// Reads a payload with all that belongs to it, or says what is wrong with it.
    let parse (payload: OptionalBytes) (read: Reading<Fact>) : Result<Fact, string> =
        if not payload.IsPresent then
            missing
        else
            let mutable reader = ByteReader payload.Bytes
            let fact = read.Invoke &reader

            match reader.Problem with
            | null -> Ok fact
            | problem when problem = Problem.damaged -> Error "its payload is damaged"
            | newer -> Error newer

    /// The fact of a row that is no snapshot, or what is wrong with it.
    let read (kind: RowKind) (next: string | null) (payload: OptionalBytes) : Result<Fact, string> =
        match kind with
        | RowKind.StateEntered when not payload.IsPresent -> Ok(Fact.StateEntered null)
        | RowKind.StateEntered -> parse payload entered
        | RowKind.StepCompleted ->
            match next, payload.ToArray() with
            | _, null -> missing
            | null, _ -> Error "it names no next state"
            | next, output -> Ok(Fact.StepCompleted(next, output))
        | RowKind.CursorAdvanced ->
            match payload.ToArray() with
            | null -> missing
            | cursor -> Ok(Fact.CursorAdvanced cursor)
        | RowKind.WaitStarted -> parse payload waitStarted
        | RowKind.RollbackStarted -> parse payload rollbackStarted
        | RowKind.Compensated when not payload.IsPresent -> Ok(Fact.Compensated null)
        | RowKind.Compensated -> parse payload compensated
        | RowKind.RollbackFinished -> parse payload rollbackFinished
        | RowKind.Finished -> Ok Fact.Finished
        | RowKind.SignalTaken -> parse payload signalTaken
        | RowKind.ChildStarted -> parse payload childStarted
        | RowKind.ChildEnded -> parse payload childEnded
        | RowKind.BranchesListed -> parse payload branchesListed
        | RowKind.BranchCompleted -> parse payload branchCompleted
        | RowKind.CancelRequested -> parse payload cancelRequested
        | RowKind.Failed -> parse payload (failed next)
        | RowKind.Snapshot -> Error "a snapshot stands within another one"
        | kind -> Error(Problem.newer (Words.sentence $"kind {uint8 kind}"))
