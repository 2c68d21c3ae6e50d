namespace Cano

/// What lies in a run's inbox. The numbers are stored: changing one strands old journals.
type InboxKind =
    | Signal = 1uy
    /// Somebody asks the run to stop for good.
    | Cancel = 2uy

namespace Cano.Kernel

open Cano

/// What a run's inbox still takes, and what a row of the run takes from it.
[<RequireQualifiedAccess>]
module InboxRule =

    /// The run may still come to take what is accepted now. One that failed may be retried.
    [<CompiledName "IsOpen">]
    let isOpen (status: RowStatus) =
        match status with
        | RowStatus.Completed
        | RowStatus.RolledBack
        | RowStatus.Cancelled
        | RowStatus.RollbackFailed -> false
        | _ -> true

    /// There is nothing that an entry of this kind could change. category: of a run that failed,
    /// its error's. One that lacks its output has steps to undo still.
    [<CompiledName "IsMoot">]
    let isMoot (entry: InboxKind) (status: RowStatus) (category: string | null) =
        entry = InboxKind.Cancel
        && RowStatuses.isEnd status
        && not (status = RowStatus.Failed && category = (Fault.OutputMissing "").Category)

    /// A row with this kind and status may take more than the signal that it names.
    [<CompiledName "TakesOthers">]
    let takesOthers (kind: RowKind) (status: RowStatus) =
        kind = RowKind.CancelRequested
        || RowStatuses.isEnd status
        || not (isOpen status)

    /// A row with this kind and status takes the entry. `signal`: the number that a row of a taken
    /// signal names. An end takes the cancels that were not acted on, and where the inbox is open
    /// no more, everything.
    [<CompiledName "Takes">]
    let takes
        (kind: RowKind)
        (status: RowStatus)
        (signal: int64)
        (entry: InboxKind)
        (number: int64)
        =
        let isTaken =
            match kind with
            | RowKind.SignalTaken -> number = signal
            | RowKind.CancelRequested -> entry = InboxKind.Cancel
            | _ -> false

        isTaken
        || not (isOpen status)
        || entry = InboxKind.Cancel && RowStatuses.isEnd status
