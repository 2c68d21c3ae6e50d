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

/// A story lived by the kernel alone: every effect is answered as the story says, without tasks or
/// an interpreter.
type Walk(story: Story) =
    let stage = Stage story
    let plan = Plan.Compile (Wiring.workflow stage).Definition

    let rows, log, lives, results =
        List<Row>(), List<string>(), List<Life>(), List<string>()

    // The newest rows, which are not durable yet.
    let accepted = List<Row>()

    let mutable run =
        Run.Begin(Target.Of(plan.NumberOf story.Initial), RunStart.Of plan.Definition.Name)

    let mutable request: RunEvent option = None
    // A cancel that is durable, and that no row says.
    let mutable waiting: CancelRequest option = None
    // What had happened when a row had to come before it.
    let mutable held: RunEvent option = None
    let mutable began = stage.Clock.GetUtcNow()
    let mutable appends = 0
    let mutable isDead = false
    let isParent = story.Places |> List.exists _.Work.IsChildren
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

    let failing text = Answer.Failed(failure (thrown text))

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

    let asked () =
        let what = stage.Moment()

        match what with
        | Some Interrupt.Cancel -> request <- Some RunEvent.CallerCancelled
        | Some Interrupt.Timeout ->
            let limit = TimeSpan.FromMilliseconds(float Script.runLimit)
            request <- Some(RunEvent.DeadlinePassed(now () - began, limit))
        | Some Interrupt.Suspend -> request <- Some RunEvent.SuspendRequested
        // It was asked for.
        | Some Interrupt.CancelForGood
        | None -> ()

        what

    let moment () = (asked ()).IsSome
    let children = WalkedChildren(stage, asked)

    let answered (answer: Reply) =
        match answer with
        | Reply.Goes next when (place ()).Work = Work.Compensatable ->
            RunEvent.Answered(
                run.Visit,
                Answer.Completed(Target.Of(plan.NumberOf next), json run.Visit)
            )
        | Reply.Goes next ->
            RunEvent.Answered(run.Visit, Answer.Succeeded(Target.Of(plan.NumberOf next)))
        | Reply.Fails text when (place ()).Work = Work.Stream ->
            RunEvent.Answered(run.Visit, Answer.FailedForGood(thrown text))
        | Reply.Fails text -> RunEvent.Answered(run.Visit, failing text)
        | Reply.Strays -> RunEvent.Answered(run.Visit, Answer.UnknownNextState Script.lost)
        | Reply.More cursor -> RunEvent.Answered(run.Visit, Answer.Advanced(json cursor))

    let answer () =
        moment () |> ignore
        Script.answer story (place ()) (stage.Choose())

    let splits = WalkedSplits(stage, plan, place, (fun () -> run), moment, failing)

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

    let ask (seconds: int) =
        match answer () with
        | Reply.More _ ->
            let pause = TimeSpan.FromSeconds(float seconds)

            RunEvent.Answered(
                run.Visit,
                Answer.WaitRequested {
                    WaitRequest.For(Nullable(now () + pause)) with
                        Poll = { Errors = 0; Pause = pause }
                }
            )
        | answer -> answered answer

    let task () =
        match (place ()).Work with
        | Work.Stream -> read ()
        | Work.Children join ->
            let known = DurableState.fanOutOf run.Visit run.Durable

            match children.Begin(run.Visit, join, known) with
            | Ok answer -> RunEvent.Answered(run.Visit, answer)
            | Error text -> RunEvent.Answered(run.Visit, failing text)
        | Work.Timer wait ->
            match answer () with
            | Reply.Fails text -> answered (Reply.Fails text)
            | _ ->
                let due = (now ()).AddSeconds(float wait)
                RunEvent.Answered(run.Visit, Answer.WaitRequested(WaitRequest.For(Nullable due)))
        | Work.Poll pause -> ask pause
        | _ -> answered (answer ())

    let sleep (due: DateTimeOffset) =
        if due > now () && not (moment ()) then
            stage.Clock.Advance(due - now ())

        RunEvent.Answered(run.Visit, Answer.Woken)

    let keep (row: Row) =
        if row.Fact.IsSnapshot then
            rows.Clear()

        rows.Add row

        if isEnd row || row.Fact.IsCancelRequested then
            waiting <- None

        log.Add(Line.row row.Sequence row.Visit row.State (Reading.fact Stage.Epoch row.Fact))

    let flush () =
        Seq.iter keep accepted
        accepted.Clear()

    /// The first row of an engine's run tells that it has begun.
    let mayBeLost (row: Row) (durability: Durability) =
        durability.IsDeferred && not (isParent && row.Sequence = 0L)

    let append (row: Row) (durability: Durability) =
        let isAsked = moment ()
        let death = stage.Death appends
        let mayBeLost = mayBeLost row durability
        appends <- appends + 1

        if death <> Some false then
            accepted.Add row

            if death.IsSome || not mayBeLost then
                flush ()

        match death with
        | None when mayBeLost -> RunEvent.RowAccepted
        | None ->
            if row.Fact.IsBranchCompleted && not isAsked then
                splits.Told()

            RunEvent.RowAppended
        | Some _ ->
            isDead <- true
            accepted.Clear()
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
            splits.Stop()

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
        | Effect.Append(row, durability) -> live (advance (append row durability))
        | effect ->
            let before = held
            held <- None

            match effect, before with
            | Effect.Await, Some event -> live (advance event)
            | _ -> go effect

    and tell (answer: Answer) =
        live (advance (RunEvent.Answered(run.Visit, answer)))

    and go (effect: Effect) =
        match effect with
        | Effect.Finish outcome -> outcome
        | Effect.Await -> tell (splits.Await())
        | Effect.RunTask _ -> live (advance (task ()))
        | Effect.Continue _ ->
            match (place ()).Work with
            | Work.Poll pause -> live (advance (ask pause))
            | _ -> live (advance (answered (answer ())))
        | Effect.RunSplit _ -> tell (splits.Begin())
        | Effect.Append _ -> live effect
        | Effect.Flush ->
            flush ()
            live (advance RunEvent.Flushed)
        | Effect.Wait(WaitEnd.After span) -> live (advance (sleep (now () + span)))
        | Effect.Wait(WaitEnd.At due) -> live (advance (sleep due))
        | Effect.Wait WaitEnd.Open -> failwith "Nothing in a story waits for ever."
        | Effect.NameChild(_, index, until) -> tell (children.Name(run.Visit, index, until))
        | Effect.AwaitChildren these -> tell (children.Await these)
        | Effect.RecallChildren these -> tell (children.Recall these)
        | Effect.RunBranches _ -> tell (splits.AwaitRows())
        | Effect.Compensate _ -> live (advance (compensate ()))

    let result (outcome: Outcome) =
        match outcome with
        | Outcome.Completed exit -> $"Done {plan.NameOf exit}"
        | Outcome.Failed error -> Reading.error error
        | Outcome.Suspended -> Line.error "suspended" (plan.NameOf run.State) 1 "" []

    let life event =
        began <- now ()
        appends <- 0
        isDead <- false
        accepted.Clear()
        splits.Forget()
        children.Forget()
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

        results.Add(result (live (advance event)))

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
