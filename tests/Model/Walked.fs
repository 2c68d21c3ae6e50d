namespace Cano.Model

open System
open System.Collections.Generic
open System.Text
open Cano
open Cano.Kernel

/// One event told to the kernel.
[<RequireQualifiedAccess>]
type Walked = {
    Before: Run
    Event: RunEvent
    After: Transition
}

/// One process of a story. Durable: the rows that were there when it began.
type Life = {
    Durable: Row list
    Steps: List<Walked>
}

/// The branches of a split under way.
type private Fan = {
    /// Drawn when the first branch starts.
    Script: Lazy<Branches>
    Total: int
    Ended: int list
    IsStarted: bool
    IsStopped: bool
    /// The split's time is up and the kernel has not heard of it.
    IsLate: bool
}

/// A story lived by the kernel alone: every effect is answered as the story says, without tasks or
/// an interpreter.
type Walk(story: Story) =
    let stage = Stage story
    let plan = Plan.Compile (Wiring.workflow stage).Definition

    let rows, log, lives, results =
        List<Row>(), List<string>(), List<Life>(), List<string>()

    let mutable run =
        Run.Begin(plan.NumberOf story.Initial, RunStart.Of plan.Definition.Name)

    let mutable request: RunEvent option = None
    // A cancel that is durable, and that no row says.
    let mutable waiting: CancelRequest option = None
    // What had happened when a row had to come before it.
    let mutable held: RunEvent option = None
    let mutable began = stage.Clock.GetUtcNow()
    let mutable appends = 0
    let mutable isDead = false
    let mutable fan: Fan option = None
    let now () = stage.Clock.GetUtcNow()
    let json (value: obj) = Encoding.UTF8.GetBytes(string value)

    let place () =
        story.Places |> List.find (fun place -> place.Name = plan.NameOf run.State)

    let thrown (text: string) =
        CanoError.Of(Fault.TaskExecution(Script.thrown text))

    let failure error = {
        Error = error
        Sample = 0.0
        Now = now ()
        Until = Nullable()
    }

    let isEnd (row: Row) =
        row.Fact.IsFailed || row.Fact.IsFinished || row.Fact.IsRollbackFinished

    /// Of a run that is there, and has not ended.
    let cancel () =
        let isThere =
            not story.Journaled || (rows.Count > 0 && not (isEnd rows[rows.Count - 1]))

        if isThere then
            let asked = { Reason = null; RequestedAt = now () }

            waiting <- if story.Journaled then Some asked else None
            request <- Some(RunEvent.CancelRequested asked)

        isThere

    do stage.Ask <- fun what -> what.IsSuspend || cancel ()

    let moment () =
        match stage.Moment() with
        | None -> false
        | Some what ->
            match what with
            | Interrupt.Cancel -> request <- Some RunEvent.CallerCancelled
            | Interrupt.Timeout ->
                let limit = TimeSpan.FromMilliseconds(float Script.runLimit)
                request <- Some(RunEvent.DeadlinePassed(now () - began, limit))
            | Interrupt.Suspend -> request <- Some RunEvent.SuspendRequested
            // It was asked for.
            | Interrupt.CancelForGood -> ()

            true

    let answered (answer: Reply) =
        match answer with
        | Reply.Goes next when (place ()).Work = Work.Compensatable ->
            RunEvent.Answered(run.Visit, Answer.Completed(plan.NumberOf next, json run.Visit))
        | Reply.Goes next -> RunEvent.Answered(run.Visit, Answer.Succeeded(plan.NumberOf next))
        | Reply.Fails text when (place ()).Work = Work.Stream ->
            RunEvent.Answered(run.Visit, Answer.FailedForGood(thrown text))
        | Reply.Fails text -> RunEvent.Answered(run.Visit, Answer.Failed(failure (thrown text)))
        | Reply.Strays -> RunEvent.Answered(run.Visit, Answer.UnknownNextState Script.lost)
        | Reply.More cursor -> RunEvent.Answered(run.Visit, Answer.Advanced(json cursor))

    let answer () =
        moment () |> ignore
        Script.answer story (place ()) (stage.Choose())

    /// Whatever a source gives when the run stops, it ends there; only an item that was read
    /// counts.
    let read () =
        match answer () with
        | Reply.More cursor -> answered (Reply.More cursor)
        | _ when request.IsSome ->
            RunEvent.Answered(run.Visit, Answer.Failed(failure (CanoError.Of Fault.Cancelled)))
        | Reply.Fails text -> answered (Reply.Fails text)
        | _ ->
            match answer () with
            | Reply.More _ -> answered Reply.Strays
            | answer -> answered answer

    let task () =
        match (place ()).Work with
        | Work.Stream -> read ()
        | Work.Timer wait ->
            match answer () with
            | Reply.Fails text -> answered (Reply.Fails text)
            | _ ->
                let due = (now ()).AddSeconds(float wait)
                RunEvent.Answered(run.Visit, Answer.WaitRequested(WaitRequest.For(Nullable due)))
        | _ -> answered (answer ())

    let sleep (due: DateTimeOffset) =
        if due > now () && not (moment ()) then
            stage.Clock.Advance(due - now ())

        RunEvent.Answered(run.Visit, Answer.Woken)

    let isLate (fan: Fan) =
        let isUp = request.IsNone && fan.Script.Value.TimeoutAfter = Some fan.Ended.Length

        if isUp then
            stage.Clock.Advance(TimeSpan.FromMilliseconds(float Script.splitLimit))

        isUp

    let split () =
        match (place ()).Work with
        | Work.Split fork ->
            let listed =
                match fork.Fixed with
                | Some count -> Some count
                | None ->
                    moment () |> ignore
                    Script.listed (stage.Choose())

            match listed with
            | None -> RunEvent.Answered(run.Visit, Answer.Failed(failure (thrown "no list")))
            | Some total ->
                fan <-
                    Some {
                        Script = lazy (Script.branches fork total stage.Choose)
                        Total = total
                        Ended = []
                        IsStarted = false
                        IsStopped = false
                        IsLate = false
                    }

                RunEvent.Answered(run.Visit, Answer.BranchesStarted total)
        | _ -> failwith "No split."

    let result (fan: Fan) : SplitResult =
        let of' ok =
            fan.Ended
            |> List.filter (fun i -> fan.Script.Value.Succeed[i] = ok)
            |> List.sort

        {
            Successes = [| for i in of' true -> { Index = i; Name = Script.branch i } |]
            Errors = [|
                for i in of' false ->
                    {
                        Index = i
                        Name = Script.branch i
                        Error = thrown $"branch {i}"
                    }
            |]
            Cancelled = [|
                for i in List.except fan.Ended [ 0 .. fan.Total - 1 ] ->
                    { Index = i; Name = Script.branch i }
            |]
        }

    let rec await () =
        match fan with
        | None -> failwith "Nothing is under way."
        | Some ended when ended.IsStopped ->
            fan <- None
            RunEvent.Answered(run.Visit, Answer.SplitEnded(result ended, null))
        | Some listed when not listed.IsStarted ->
            fan <-
                Some {
                    listed with
                        IsStarted = true
                        IsLate = isLate listed
                }

            await ()
        | Some late when late.IsLate ->
            fan <- Some { late with IsLate = false }
            RunEvent.Answered(run.Visit, Answer.SplitTimedOut)
        | Some before ->
            let i = before.Script.Value.Order[before.Ended.Length]

            let after = {
                before with
                    Ended = before.Ended @ [ i ]
            }

            moment () |> ignore
            fan <- Some { after with IsLate = isLate after }

            RunEvent.Answered(run.Visit, Answer.BranchesEnded(before.Script.Value.Succeed[i], 1))

    let append (row: Row) =
        moment () |> ignore
        let death = stage.Death appends
        appends <- appends + 1

        if death <> Some false then
            if row.Fact.IsSnapshot then
                rows.Clear()

            rows.Add row

            if isEnd row || row.Fact.IsCancelRequested then
                waiting <- None

            log.Add(Line.row row.Sequence row.Visit row.State (Reading.fact Stage.Epoch row.Fact))

        match death with
        | None -> RunEvent.RowAppended
        | Some _ ->
            isDead <- true
            RunEvent.AppendFailed(CanoError.Of(Fault.CheckpointStore "The process died."))

    let compensate () =
        moment () |> ignore

        match Script.undoing (stage.Choose()) with
        | Some text -> RunEvent.CompensationFailed(failure (thrown text))
        | None -> RunEvent.CompensationSucceeded

    let step (event: RunEvent) =
        let after = Reducer.step plan &run event

        lives[lives.Count - 1].Steps.Add {
            Walked.Before = run
            Walked.Event = event
            Walked.After = after
        }

        run <- after.Run

        if after.Stop then
            fan <- fan |> Option.map (fun fan -> { fan with IsStopped = true })

        after.Start

    /// A request to stop comes before what has happened.
    let advance (event: RunEvent) =
        match request with
        | None -> step event
        | Some asked ->
            request <- None

            match step asked with
            | Effect.Await -> step event
            | Effect.Append _ as effect ->
                held <- Some event
                effect
            | effect -> effect

    let rec live (effect: Effect) =
        match effect with
        | Effect.Append row -> live (advance (append row))
        | effect ->
            let before = held
            held <- None

            match effect, before with
            | Effect.Await, Some event -> live (advance event)
            | _ -> go effect

    and go (effect: Effect) =
        match effect with
        | Effect.Finish outcome -> outcome
        | Effect.Await -> live (advance (await ()))
        | Effect.RunTask _ -> live (advance (task ()))
        | Effect.Continue _ -> live (advance (answered (answer ())))
        | Effect.RunSplit _ -> live (advance (split ()))
        | Effect.Append _ -> live effect
        | Effect.Wait(WaitEnd.After span) -> live (advance (sleep (now () + span)))
        | Effect.Wait(WaitEnd.At due) -> live (advance (sleep due))
        | Effect.Wait WaitEnd.Open -> failwith "Nothing in a story waits for ever."
        | Effect.NameChild _
        | Effect.AwaitChildren _
        | Effect.RecallChildren _ -> failwith "No run of a story has children."
        | Effect.RunBranches _ -> failwith "No split of a story is journaled."
        | Effect.Compensate _ -> live (advance (compensate ()))

    let ended (outcome: Outcome) =
        match outcome with
        | Outcome.Completed exit -> $"Done {plan.NameOf exit}"
        | Outcome.Failed error -> Reading.error error
        | Outcome.Suspended -> Line.error "suspended" (plan.NameOf run.State) 1 "" []

    let life event =
        began <- now ()
        appends <- 0
        isDead <- false
        fan <- None

        held <- None

        request <-
            if lives.Count = 0 && List.contains (-1, Interrupt.Cancel) story.Interrupts then
                Some RunEvent.CallerCancelled
            else
                waiting |> Option.map RunEvent.CancelRequested

        lives.Add {
            Durable = List.ofSeq rows
            Steps = List()
        }

        results.Add(ended (live (advance event)))

        if not isDead && Run.isSettled &run then
            rows.Clear()

    let resume event =
        match Recovery.recover plan "run" (rows |> Seq.map Stored.copied |> Array.ofSeq) with
        | Recovered.Refused error -> results.Add error.Category
        | Recovered.Found(recovered, _, _) ->
            run <- recovered
            life event

    member _.Plan = plan

    /// Every event of every process.
    member _.Lives = lives

    /// Rows and how each life ended; paths, hooks and calls are none of the kernel's.
    member _.Tell() : Told =
        life (RunEvent.Started story.Journaled)
        let mutable agains = story.Agains

        let goesOn () =
            isDead || run.Phase = Phase.Ended Outcome.Suspended

        while goesOn () || (story.Journaled && rows.Count > 0 && not agains.IsEmpty) do
            let again =
                if goesOn () then
                    RunEvent.Resumed
                else
                    let again = agains.Head
                    agains <- agains.Tail

                    match again with
                    | Again.Resume -> RunEvent.Resumed
                    | Again.Retry -> RunEvent.Retried

            isDead <- false
            stage.Clock.Advance(TimeSpan.FromMilliseconds(float story.Rest))
            moment () |> ignore
            resume again

        {
            Rows = List.ofSeq log
            Hooks = []
            Calls = []
            Results = List.ofSeq results
            Kept = if story.Journaled then rows.Count else 0
        }
