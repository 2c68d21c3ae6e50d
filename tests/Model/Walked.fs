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
    let mutable branches: WalkedBranches option = None
    let now () = stage.Clock.GetUtcNow()
    let json (value: obj) = Encoding.UTF8.GetBytes(string value)

    let value (item: int) : StoredValue = { Json = json item; TypeName = null }

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

    let fork () =
        match (place ()).Work with
        | Work.Split fork -> fork
        | _ -> failwith "No split."

    /// Those of which a row tells come with their ends.
    let branch (waiting: int list) =
        let fork = fork ()

        let these = WalkedBranches(stage, fork, waiting, story.Journaled && fork.Journaled)

        if run.Phase.IsJoining then
            these.Stop()

        branches <- Some these

    let split () =
        let fork = fork ()

        let listed =
            match fork.Fixed with
            | Some count -> Some [ 1..count ]
            | None ->
                moment () |> ignore
                Script.listed (stage.Choose())

        match listed with
        | None -> RunEvent.Answered(run.Visit, Answer.Failed(failure (thrown "no list")))
        | Some items when fork.Journaled ->
            let items = items |> Seq.map (fun item -> value item)
            RunEvent.Answered(run.Visit, Answer.ItemsListed(Listing.Of(items, Nullable())))
        | Some items ->
            branch [ 0 .. items.Length - 1 ]
            RunEvent.Answered(run.Visit, Answer.BranchesStarted items.Length)

    let fanOut () =
        nonNull (DurableState.fanOutOf run.Visit run.Durable)

    /// What rows tell of the branches of a visit.
    let told (fan: FanOut) =
        fan.Branches
        |> List.rev
        |> List.map (fun branch -> branch.Index, isNull branch.Error)

    /// None runs any more, so what follows is chosen, of a join that is met.
    let ended () =
        let isMet =
            match run.Phase with
            | Phase.Joining(_, _, verdict, _) -> verdict.IsMet
            | _ -> false

        let result =
            if (fork ()).Journaled then
                let fan = fanOut ()
                WalkedBranches.result (fun _ -> (place ()).Name) (FanOut.total fan) (told fan)
            else
                let these = branches.Value.Ended
                WalkedBranches.result Script.branch run.Tally.Total these

        branches <- None

        let over (choice: SplitChoice | null) =
            RunEvent.Answered(run.Visit, Answer.SplitEnded(result, choice))

        if isMet && (fork ()).Journaled then
            match answer () with
            | Reply.Goes next ->
                over {
                    Next = plan.NumberOf next
                    Values = null
                }
            | other -> answered other
        else
            over null

    let branched i isSuccess =
        if (fork ()).Journaled then
            let ending: BranchEnding = {
                Index = i
                Name = (place ()).Name
                Result =
                    if isSuccess then
                        (nonNull (fanOut ()).Listing).Items[i]
                        |> nonNull
                        |> _.Json
                        |> Encoding.UTF8.GetString
                        |> int
                        |> Script.given
                        |> value
                    else
                        null
                Error =
                    if isSuccess then
                        null
                    else
                        {
                            thrown (Script.broken i) with
                                State = (place ()).Name
                                Attempt = 1
                        }
            }

            Answer.WokenBy(Fact.BranchCompleted ending)
        else
            Answer.BranchesEnded(isSuccess, 1)

    let await () =
        match branches.Value.Next moment with
        | Branched.Over -> ended ()
        | Branched.Late -> RunEvent.Answered(run.Visit, Answer.SplitTimedOut)
        | Branched.Ended(i, isSuccess) -> RunEvent.Answered(run.Visit, branched i isSuccess)

    /// Those of the visit that have not ended run.
    let awaitBranches () =
        if branches.IsNone then
            let ended = told (fanOut ()) |> List.map fst
            branch (List.except ended [ 0 .. FanOut.total (fanOut ()) - 1 ])

        await ()

    let append (row: Row) =
        let isAsked = moment ()
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
        | None ->
            if row.Fact.IsBranchCompleted && not isAsked then
                branches |> Option.iter _.Told()

            RunEvent.RowAppended
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
            branches |> Option.iter _.Stop()

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
        | Effect.RunBranches _ -> live (advance (awaitBranches ()))
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
        branches <- None
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
