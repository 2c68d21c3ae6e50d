namespace Cano.Model

open System
open Cano
open Cano.Kernel

/// The engine's values as the lines in which stories are told.
[<RequireQualifiedAccess>]
module Reading =

    let span (span: TimeSpan) =
        Line.span (int64 span.TotalMilliseconds)

    let split (split: SplitResult) =
        Line.split
            (split.Successes |> Seq.map _.Index)
            (split.Errors |> Seq.map _.Index)
            (split.Cancelled |> Seq.map _.Index)

    /// What a body chose to say; the engine's own wording is no part of a story.
    let rec private message (error: CanoError) =
        match error.Fault with
        | Fault.TaskExecution _
        | Fault.RetryExhausted _ -> error.Message
        | Fault.WorkflowTimeout(elapsed, _) -> span elapsed
        | Fault.CompensationFailed failures -> message failures[0]
        | _ -> ""

    let error (error: CanoError) =
        let later = error.Errors |> Seq.truncate Int32.MaxValue |> List.ofSeq

        let later =
            if later.IsEmpty then
                []
            else
                later.Tail |> List.map _.Message

        Line.error error.Category (string error.State) error.Attempt (message error) later

    let outcome (failure: CanoError) =
        match failure.State with
        | null -> failure.Category
        | _ -> error failure + Line.path (List.ofSeq failure.Path)

    /// Outputs and cursors are numbers in JSON.
    let private number (bytes: byte[]) = Text.Encoding.UTF8.GetString bytes

    let value (stored: StoredValue | null) =
        match stored with
        | null -> "nothing"
        | stored -> number stored.Json

    let integer (stored: StoredValue | null) = int (value stored)

    let stored (value: int) : StoredValue = {
        Json = Text.Encoding.UTF8.GetBytes(string value)
        TypeName = null
    }

    let status (fate: Fate) : RowStatus =
        match fate with
        | Fate.Completed -> RowStatus.Completed
        | Fate.Failed -> RowStatus.Failed
        | Fate.RolledBack -> RowStatus.RolledBack
        | Fate.RollbackFailed -> RowStatus.RollbackFailed
        | Fate.Cancelled -> RowStatus.Cancelled

    let private gave (stored: StoredValue | null) =
        match stored with
        | null -> None
        | stored -> Some(integer stored)

    let fact (epoch: DateTimeOffset) (said: Fact) =
        let until (due: Nullable<DateTimeOffset>) =
            if due.HasValue then
                span (due.Value - epoch)
            else
                "for ever"

        match said with
        | Fact.BranchesListed listing ->
            let items = listing.Items |> Seq.map integer

            Line.listing
                items
                (Option.ofNullable listing.Due
                 |> Option.map (fun due -> int64 (due - epoch).TotalMilliseconds))
        | Fact.BranchCompleted { Index = i; Error = NonNull failure } ->
            $"BranchCompleted {i} {error failure}"
        | Fact.BranchCompleted branch -> $"BranchCompleted {branch.Index} {value branch.Result}"
        | Fact.StateEntered null -> "StateEntered"
        | Fact.StateEntered ending -> $"StateEntered {split (nonNull ending).Result}"
        | Fact.StepCompleted(next, output) -> $"StepCompleted {next} {number output}"
        | Fact.CursorAdvanced cursor -> $"CursorAdvanced {number cursor}"
        | Fact.WaitStarted wait ->
            $"WaitStarted {until wait.Due} {wait.FailedAttempt} {wait.Attempt}"
        | Fact.RollbackStarted cause -> $"RollbackStarted {error cause}"
        | Fact.Compensated null -> "Compensated"
        | Fact.Compensated fault -> $"Compensated {(nonNull fault).Message}"
        | Fact.RollbackFinished outcome -> $"RollbackFinished {error outcome}"
        | Fact.Finished -> "Finished"
        | Fact.Failed(cause, _) -> $"Failed {error cause}"
        | Fact.CancelRequested request -> $"CancelRequested {span (request.RequestedAt - epoch)}"
        | Fact.ChildStarted child ->
            $"ChildStarted {child.RunId} {Option.toNullable (gave child.Input)}".TrimEnd()
        | Fact.ChildEnded child ->
            let fate = Line.fate (string child.Status) (gave child.Output)
            $"ChildEnded {child.RunId} {fate} {child.Sequence}"
        | Fact.SignalTaken _ -> $"{Fact.kind said} is none of a story's"
        | Fact.Snapshot _ -> Line.snapshot

    /// A row as a store keeps it, read back from its own bytes.
    let row (epoch: DateTimeOffset) (stored: CheckpointRow) =
        match Stored.read (stored.ToBytes()) with
        | Error problem -> $"damaged: {problem}"
        | Ok row ->
            let version = if row.Version = 3u then "" else $"version {row.Version} "
            let mayLead = row.Sequence = 0L || row.Fact.IsSnapshot
            let name = stored.WorkflowName
            let isNamed = (string name = "orders") = mayLead
            let name = if isNamed then "" else $"named {name} "
            version + name + Line.row row.Sequence row.Visit row.State (fact epoch row.Fact)
