namespace Cano.Model

open System.Collections.Generic

/// Why a run failed. Later: errors of its compensations, in the order in which they ran.
type internal Error = {
    Category: string
    State: string
    Attempt: int
    Message: string
    Later: string list
}

/// What a row says. Times in ms since the start of the story.
type internal Fact =
    | Entered of split: string
    /// What branches or children are for, and when those are to have ended.
    | Listed of items: int list * due: int64 option
    /// A journaled branch has ended; none when it failed.
    | Branch of index: int * gave: int option
    /// A child is about to begin, or to begin once more; given: an only one.
    | ChildBegins of index: int * id: string * given: int option
    /// Its n-th end.
    | ChildEnds of index: int * id: string * fate: Fate * gave: int option * n: int
    | Completed of next: string * output: int64
    | Cursor of int
    /// attempt: that goes on after a wait of the step's own, else 0.
    | Waits of due: int64 * failedAttempt: int * attempt: int
    | RollingBack of Error
    | Undone of fault: string option
    | RolledBack of Error
    | Fails of Error
    /// Somebody asked then that the run goes back for good.
    | CancelAsked of at: int64
    | Finished
    | Snapshot

type internal Row = {
    Visit: int64
    State: string
    Fact: Fact
}

/// The run has failed, or rests.
exception internal Ended of Error

/// The process has died at an append.
exception internal Died

/// The model's paper: what it tells, what it draws from its story, and the rows it looks things up
/// in. No rule of the engine stands here but four: a row is durable before what follows it (D2,
/// D3, D11, Y20), what was only accepted is forgotten when the process dies, so many rows are
/// summed up, and a request to cancel is durable beside the rows until one of them takes it (S5).
type internal Telling(story: Story) =
    let rows, log = List<Row>(), List<string>()
    let hooks, calls, results = List<string>(), List<string>(), List<string>()
    let mutable choices = story.Choices
    let mutable deaths = story.Deaths
    let mutable moments = 0
    let mutable appends = 0
    let mutable written = 0
    // How many rows were written when the newest snapshot was.
    let mutable since = 0
    // How many of the newest rows are not durable yet.
    let mutable accepted = 0
    let mutable began = 0L
    let mutable cancel: int64 option = None

    let words (error: Error) =
        Line.error error.Category error.State error.Attempt error.Message error.Later

    let wordsOf (row: Row) =
        match row.Fact with
        | Entered split -> $"StateEntered {split}".TrimEnd()
        | Listed(items, due) -> Line.listing items due
        | ChildBegins(_, id, given) -> $"ChildStarted {id} {Option.toNullable given}".TrimEnd()
        | ChildEnds(_, id, fate, gave, n) -> $"ChildEnded {id} {Line.fate (string fate) gave} {n}"
        | Branch(i, Some gave) -> $"BranchCompleted {i} {gave}"
        | Branch(i, None) ->
            let error =
                Line.error "task_execution" row.State 1 (Script.thrown (Script.broken i)) []

            $"BranchCompleted {i} {error}"
        | Completed(next, output) -> $"StepCompleted {next} {output}"
        | Cursor cursor -> $"CursorAdvanced {cursor}"
        | Waits(due, failed, attempt) -> $"WaitStarted {Line.span due} {failed} {attempt}"
        | RollingBack cause -> $"RollbackStarted {words cause}"
        | Undone fault -> ("Compensated " + defaultArg fault "").TrimEnd()
        | RolledBack outcome -> $"RollbackFinished {words outcome}"
        | Fails cause -> $"Failed {words cause}"
        | CancelAsked at -> $"CancelRequested {Line.span at}"
        | Finished -> "Finished"
        | Snapshot -> Line.snapshot

    let isEnd (row: Row) =
        match row.Fact with
        | Fails _
        | RolledBack _
        | Finished -> true
        | _ -> false

    let write (row: Row) =
        log.Add(Line.row (int64 written) row.Visit row.State (wordsOf row))
        written <- written + 1

        if row.Fact.IsSnapshot then
            since <- written
        else
            rows.Add row

        if row.Fact.IsCancelAsked || isEnd row then
            cancel <- None

    /// None of them is a snapshot.
    let lose () =
        log.RemoveRange(log.Count - accepted, accepted)
        rows.RemoveRange(rows.Count - accepted, accepted)
        written <- written - accepted

    /// What branches or children of a visit are for stays where it is as long as they are wanted.
    let hasFan visit =
        rows.Exists(fun row -> row.Visit = visit && (row.Fact.IsListed || row.Fact.IsChildBegins))

    /// The run's own work goes on, and has left enough rows to be summed up.
    let isSnapshotDue (newest: Row) =
        match newest.Fact with
        | _ when hasFan newest.Visit -> false
        | Entered _
        | Cursor _
        | Waits _ -> story.Journaled && written - since >= story.SnapshotEvery
        | _ -> false

    /// A snapshot says nothing that the rows before it do not say, so it is none of these.
    member _.Rows = rows
    /// How many rows the run has written, snapshots included.
    member _.Written = written

    /// Nothing is left to resume.
    member _.Forget() =
        rows.Clear()
        written <- 0
        since <- 0

    member val Now = 0L with get, set
    /// Why the run is to stop; none when it is not.
    member val Stop: Error option = None with get, set
    /// Whether the run is to rest.
    member val Rests = false with get, set
    /// Whether it is asked to stop in any way.
    member this.IsAsked = this.Stop.IsSome || this.Rests
    /// When the run was asked to go back for good, until a row says so.
    member _.Cancel = cancel

    /// A process begins.
    member this.Begin() =
        this.Stop <- None
        this.Rests <- false
        began <- this.Now
        appends <- 0

    member _.Choose() =
        match choices with
        | [] -> -1
        | first :: rest ->
            choices <- rest
            first

    /// Outside code is called, or time passes: this is when a request to stop comes.
    member this.Moment() =
        // The first that stops the run is why it stops.
        let stop category message =
            if this.Stop.IsNone then
                this.Stop <-
                    Some {
                        Category = category
                        State = ""
                        Attempt = 0
                        Message = message
                        Later = []
                    }

        match story.Interrupts |> List.tryFind (fun (at, _) -> at = moments) with
        | Some(_, Interrupt.Suspend) when story.Journaled -> this.Rests <- true
        | Some(_, Interrupt.CancelForGood) when story.Journaled ->
            // There is no such run yet, or it has ended.
            if rows.Count > accepted && not (isEnd rows[rows.Count - 1]) then
                cancel <- Some this.Now
                this.Stop <- None
                stop "cancelled" ""
        | Some(_, Interrupt.Timeout) ->
            this.Now <- this.Now + Script.runLimit
            stop "workflow_timeout" (Line.span (this.Now - began))
        | Some _ -> stop "cancelled" ""
        | None -> ()

        moments <- moments + 1

    member private this.Append(row: Row, mayBeLost) =
        if story.Journaled then
            this.Moment()
            appends <- appends + 1

            match deaths with
            | (at, survives) :: rest when at = appends - 1 ->
                deaths <- rest

                if survives then write row else lose ()
                raise Died
            | _ -> this.Hook("OnCheckpoint", row.State, 1, string written)

            match row.Fact with
            | ChildBegins(_, id, _) -> this.Hook("OnChildStart", row.State, 1, id)
            | _ -> ()

        write row
        accepted <- if mayBeLost then accepted + 1 else 0

    /// mayBeLost: the row is durable with a later one, or before the run reaches outside.
    member this.Record(row: Row, mayBeLost) =
        this.Append(row, mayBeLost)

        if this.Stop.IsNone && isSnapshotDue row then
            this.Append({ row with Fact = Snapshot }, false)

    /// As Record, of a row that the run's end follows.
    member this.RecordLast(row: Row) = this.Append(row, false)

    /// Every row is durable.
    member _.Flush() = accepted <- 0

    member _.Hook(name: string, who: string, attempt: int, detail: string) =
        hooks.Add(Line.hook name who attempt detail)

    member _.Call(what: string) = calls.Add(what.TrimEnd())

    /// Nobody hears of an end before its rows are durable.
    member this.End(result: string) =
        this.Flush()
        results.Add result

    member this.End(error: Error, path: string list) = this.End(words error + Line.path path)

    member _.Told: Told = {
        Rows = if story.Journaled then List.ofSeq log else []
        Hooks = List.ofSeq hooks
        Calls = List.ofSeq calls
        Results = List.ofSeq results
        Kept = if story.Journaled then written - max 0 (since - 1) else 0
    }
