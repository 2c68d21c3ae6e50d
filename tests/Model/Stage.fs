namespace Cano.Model

open System
open System.Collections.Generic
open System.IO
open System.Threading
open System.Threading.Tasks
open Cano
open Cano.Kernel
open Cano.Testing

/// Everything outside the engine that a story speaks of: the clock, the disk, the observer, and
/// what bodies are to do. Moments are counted here as the model counts them.
type Stage(story: Story) as this =
    let clock = VirtualTime Stage.Epoch
    let time = JumpingTime(clock, fun due -> this.Waiting due)
    let hooks, calls, rows = List<string>(), List<string>(), List<string>()
    let mutable choices = story.Choices
    let mutable deaths = story.Deaths
    let mutable moments = 0
    let mutable cancel = new CancellationTokenSource()
    let mutable ensemble: Ensemble option = None
    let mutable listed = 0
    // What rows say of the run, as far as they survive.
    let mutable durable = DurableState.empty

    let nursery =
        Nursery((fun () -> this.Choose()), calls.Add, (fun () -> this.Moment()), clock.GetUtcNow)

    let mutable isStopped = false
    static member Epoch = DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)

    /// The visit stands in the key that bodies hand to the outside world. A pure one has none.
    static member Visit(context: TaskContext) =
        if context.IsPure then
            string context.Visit
        else
            context.EffectKey.Split('/')[2]

    /// So does the index of a branch.
    static member BranchOf(context: TaskContext) =
        let part = context.EffectKey.Split('/')[3]
        int (part.TrimStart 'b')

    static member private Split(context: TaskContext) =
        match context.SplitResult with
        | null -> ""
        | split -> Reading.split split

    /// The state that an answer leads to, or the failure that it is.
    static member State(answer: Reply) =
        match answer with
        | Reply.Goes next -> next
        | Reply.Fails text -> raise (InvalidOperationException text)
        | _ -> Script.lost

    member _.Time: TimeProvider = time
    member _.Clock = clock
    member _.Hooks = hooks
    member _.Calls = calls
    member _.Rows = rows
    member _.Story = story
    member _.Token = cancel.Token

    /// The next process has a token of its own.
    member _.Begin() =
        cancel <- new CancellationTokenSource()
        ensemble <- None
        isStopped <- false
        nursery.Begin()

        if List.contains (-1, Interrupt.Cancel) story.Interrupts && moments = 0 then
            cancel.Cancel()

    member _.Choose() =
        match choices with
        | [] -> -1
        | first :: rest ->
            choices <- rest
            first

    /// Asks the run to rest or to go back for good; whether it was there to be asked.
    member val Ask: Interrupt -> bool = (fun _ -> false) with get, set

    /// How the run was asked to stop at this moment; none when it was not.
    member this.Moment() =
        let at = moments
        moments <- moments + 1

        let asked =
            story.Interrupts
            |> List.tryFind (fun (when', _) -> when' = at)
            |> Option.map snd

        match asked with
        | Some Interrupt.Cancel ->
            isStopped <- true
            cancel.Cancel()
            asked
        | Some Interrupt.Timeout ->
            isStopped <- true
            clock.Advance(TimeSpan.FromMilliseconds(float Script.runLimit))
            asked
        | Some what when this.Ask what ->
            isStopped <- true
            asked
        | Some _
        | None -> None

    /// How the append of this number, within its life, ends the process: none, or whether the row
    /// survives.
    member _.Death(append: int) =
        match deaths with
        | (at, survives) :: rest when at = append ->
            deaths <- rest
            Some survives
        | _ -> None

    /// Sleeps are short, the limit of a split is longer, and all others are longer still. Children
    /// are waited for until their time comes.
    member private this.Waiting(due: TimeSpan) =
        if nursery.IsAwaited then
            if nursery.IsLate && not isStopped then
                clock.Advance due
        elif due = TimeSpan.FromMilliseconds(float Script.splitLimit) then
            if not isStopped && ensemble |> Option.exists _.IsUp then
                clock.Advance due
        elif due > TimeSpan.Zero && due < TimeSpan.FromDays 1.0 then
            if this.Moment().IsNone then
                clock.Advance due

    /// A call of a body: its line in the story, then its choice.
    member this.Call(what: string, context: TaskContext) =
        this.Moment() |> ignore
        this.Note(what, context)
        this.Choose()

    /// Whether rows may be lost that the run has left.
    member val MayLose: unit -> bool = (fun () -> false) with get, set

    member this.Note(what: string, context: TaskContext) =
        let soon =
            if this.MayLose() && not context.IsPure then
                " before its rows are durable"
            else
                ""

        let split = Stage.Split context
        calls.Add($"{what} {Stage.Visit context} {context.Attempt} {split}{soon}".TrimEnd())

    /// What a body that names a next state does.
    member this.Reply(place: Place, what: string, context: TaskContext) =
        Script.answer story place (this.Call(what, context)) |> Stage.State

    /// Why the next item cannot be processed.
    member val Failing = "" with get, set

    /// Branches are listed.
    member this.List(state: string, context: TaskContext) =
        this.Moment() |> ignore
        calls.Add($"{state} list {Stage.Visit context} {Stage.Split context}".TrimEnd())

        match Script.listed (this.Choose()) with
        | Some items ->
            listed <- items.Length
            items
        | None -> raise (InvalidOperationException "no list")

    /// Children are listed.
    member this.ListChildren(state: string, context: TaskContext) =
        match Script.listed (this.Call($"{state} list", context)) with
        | Some items -> items
        | None -> raise (InvalidOperationException "no list")

    /// What an only child is given.
    member this.Give(state: string, context: TaskContext) =
        match Script.input (this.Call($"{state} give", context)) with
        | Some input -> input
        | None -> raise (InvalidOperationException "no input")

    /// What branches gave chooses the next state.
    member this.Choose(place: Place, results: BranchResults<int, int>, context: TaskContext) =
        this.Moment() |> ignore

        let given =
            Line.given [ for result in results.Succeeded -> result.Item, result.Value ]

        calls.Add($"{place.Name} next {Stage.Visit context} {given}".TrimEnd())
        Script.answer story place (this.Choose()) |> Stage.State

    /// The run's children outlive its processes.
    member internal _.Nursery = nursery
    /// What rows say of the run.
    member _.Durable = durable

    /// A row is durable.
    member _.Remember(row: CheckpointRow) =
        rows.Add(Reading.row Stage.Epoch row)

        match Stored.read (row.ToBytes()) with
        | Ok row -> durable <- DurableState.remember row durable
        | Error _ -> ()

    /// The body of a branch waits for its turn.
    member _.Branch(i: int, token: CancellationToken) : Task = task {
        match ensemble with
        | None -> failwith "No split is under way."
        | Some ensemble ->
            do! (ensemble.Gate i).WaitAsync token

            if not ensemble.Script.Succeed[i] then
                raise (InvalidOperationException(Script.broken i))
    }

    member private this.Hear(at: RunPoint, name: string, detail: string) =
        let isBranch = at.Task.Contains '['
        let who = if isBranch then $"{at.State}/{at.Task}" else at.State

        if isBranch && ensemble.IsNone then
            this.Gather at.State

        hooks.Add(Line.hook name who at.Attempt detail)
        isBranch

    /// The branches that have no end yet.
    static member private Waiting(durable: DurableState) =
        match durable.FanOut with
        | null -> []
        | fan -> [ 0 .. FanOut.total fan - 1 ] |> List.except (fan.Branches |> List.map _.Index)

    member private this.Gather(state: string) =
        match (story.Places |> List.find (fun place -> place.Name = state)).Work with
        | Work.Split fork ->
            let leavesRows = story.Journaled && fork.Journaled

            let waiting =
                if leavesRows then
                    Stage.Waiting durable
                else
                    [ 0 .. (defaultArg fork.Fixed listed) - 1 ]

            let gathered = Ensemble(Script.branches fork waiting this.Choose, leavesRows)
            ensemble <- Some gathered
            gathered.Release()
        | _ -> failwith $"{state} is no split."

    member private this.BranchEnded() =
        let ensemble = ensemble.Value
        ensemble.End()

        if this.Moment().IsNone && not ensemble.IsRowDue then
            this.GoOn ensemble

    member private _.GoOn(ensemble: Ensemble) =
        ensemble.Release()

        if ensemble.IsUp then
            clock.Advance(TimeSpan.FromMilliseconds(float Script.splitLimit))

    interface IWorkflowObserver with
        member this.OnStateEnter at =
            ensemble <- None
            this.Hear(at, "OnStateEnter", "") |> ignore

        member this.OnTaskStart at =
            this.Hear(at, "OnTaskStart", "") |> ignore

        member this.OnTaskSuccess at =
            if this.Hear(at, "OnTaskSuccess", "") then
                this.BranchEnded()

        member this.OnTaskFailure(at, error) =
            if this.Hear(at, "OnTaskFailure", error.Category) && not error.Fault.IsCancelled then
                this.BranchEnded()

        member this.OnBranchNotNeeded at =
            this.Hear(at, "OnBranchNotNeeded", "") |> ignore

        member this.OnRetry(at, delay) =
            this.Hear(at, "OnRetry", Reading.span delay) |> ignore

        member this.OnChildStart(at, child) =
            this.Hear(at, "OnChildStart", child) |> ignore

        member this.OnCircuitOpen at =
            this.Hear(at, "OnCircuitOpen", "") |> ignore

        member this.OnCheckpoint(at, sequence) =
            this.Hear(at, "OnCheckpoint", string sequence) |> ignore

            match ensemble with
            | Some ensemble when ensemble.IsRowDue && not isStopped -> this.GoOn ensemble
            | _ -> ()

        member this.OnResume(at, sequence) =
            this.Hear(at, "OnResume", string sequence) |> ignore

        member this.OnWorkflowTimeout(at, elapsed, _) =
            this.Hear(at, "OnWorkflowTimeout", Reading.span elapsed) |> ignore

        member this.OnCancelled at =
            this.Hear(at, "OnCancelled", "") |> ignore

        member this.OnSuspended at =
            this.Hear(at, "OnSuspended", "") |> ignore

        member this.OnCheckpointClearFailed(at, error) =
            this.Hear(at, "OnCheckpointClearFailed", error.Category) |> ignore

        member this.OnUnknownResumeState(at, sequence) =
            this.Hear(at, "OnUnknownResumeState", string sequence) |> ignore
