namespace Cano.Kernel

open System
open Cano

/// A signal in a run's inbox.
type InboxEntry = {
    Signal: TakenSignal
    /// By the clock of whoever keeps the inbox.
    AcceptedAt: DateTimeOffset
}

/// Which signal a waiting state goes on with.
[<RequireQualifiedAccess>]
module Inbox =

    /// What was accepted at the due time or later is late, whenever the run looks.
    [<CompiledName "IsInTime">]
    let isInTime (acceptedAt: DateTimeOffset) (due: Nullable<DateTimeOffset>) =
        not due.HasValue || acceptedAt < due.Value

    /// The oldest entry that the state waits for; null when none has come in time.
    [<CompiledName "Oldest">]
    let oldest
        (wait: WaitDefinition)
        (due: Nullable<DateTimeOffset>)
        (entries: InboxEntry seq)
        : TakenSignal | null =
        let isWanted entry =
            wait.Signals |> Seq.exists (fun signal -> signal.Name = entry.Signal.Name)

        let wanted =
            entries
            |> Seq.filter (fun entry -> isWanted entry && isInTime entry.AcceptedAt due)
            |> Seq.sortBy _.Signal.Number

        match Seq.tryHead wanted with
        | Some oldest -> oldest.Signal
        | None -> null
