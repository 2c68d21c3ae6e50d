namespace Cano.Model

/// The reference model: what docs/behaviours.md says of a run, as naive as can be. It knows nothing
/// of the kernel: what a run remembers it looks up in the list of its rows. Kept dense, so that all
/// the rules stand on a few pages.
type internal Course(story: Story) =
    let t = Telling story
    let rows = t.Rows
    let mutable state, visit, attempt, split, path, busy = story.Initial, -1L, 1, "", [], false

    let error category attempt message = { Category = category; State = state; Attempt = attempt; Message = message; Later = [] }
    let recordAs mayBeLost at fact = t.Record({ Visit = visit; State = at; Fact = fact }, mayBeLost)
    let record = recordAs false
    let recordLast fact = t.RecordLast { Visit = visit; State = state; Fact = fact }
    let hook name detail = t.Hook(name, state, attempt, detail)
    let place name = story.Places |> List.find (fun place -> place.Name = name)
    let isParent = story.Places |> List.exists _.Work.IsChildren
    let isExit name = List.contains name story.Exits
    let isAllowed (from: Place) next = from.To.IsEmpty || List.contains next from.To
    let answer place = Script.answer story place (t.Choose())
    let pickFact choose = rows |> Seq.choose (fun row -> choose row.Fact)
    let goesBack () = rows.Exists _.Fact.IsRollingBack
    let isCancelled () = rows.Exists _.Fact.IsCancelAsked
    let nest, brood = Nest t, fun () -> Brood.ofVisit visit rows

    let undo () = Past.undo rows

    let succeed () = (if busy then hook "OnTaskSuccess" ""); busy <- false

    /// R5, H2, I5: the end of a task comes before the run's.
    let tell (cause: Error) =
        (if busy then hook "OnTaskFailure" (cause.Category)); busy <- false
        if cause.Category = "cancelled" then hook "OnCancelled" ""
        if cause.Category = "workflow_timeout" then hook "OnWorkflowTimeout" (cause.Message)

    /// S5: a request to go back has its row before anything else, unless the run goes back already.
    let isHeard () = isCancelled () || goesBack ()
    let hear () = Option.iter (fun at -> if not (isHeard ()) then recordLast (CancelAsked at)) t.Cancel

    /// S1: nothing is undone, and nothing else begins.
    let rest () = if t.Rests then hook "OnSuspended" ""; raise (Ended(error "suspended" 1 ""))

    /// G1, G3, G5, G15: newest first, each once, to the end whatever happens; Y5: each is recorded.
    /// S2: it rests between two.
    let rollBack (cause: Error) =
        for step, output in undo () do
            rest (); t.Moment(); t.Call $"undo {step} {output}"
            record step (Undone(Script.undoing (t.Choose()) |> Option.map Script.thrown))
        let faults = Past.faults rows
        let outcome = if faults.IsEmpty then cause else { cause with Category = "compensation_failed"; Later = faults }
        record state (RolledBack outcome); raise (Ended outcome)

    /// V2: the row of a child's end, from which on its own rows are not needed.
    let ended (child: Child, fate, gave, n) = record state (ChildEnds(child.Index, child.Id, fate, gave, n)); t.Call $"retire {child.Id}"

    /// S7: with nothing to undo a failure is a row, with what a split before a router came to; S6:
    /// but not that of a run that its caller gave up. S5: a cancelled run ends as that alone.
    let rec fail (cause: Error) =
        hear ()
        let isForGood = isCancelled ()
        let cause = { (if isForGood then error "cancelled" 0 "" else cause) with State = state }
        // V4: children come first. S1: resting, they stay as they are.
        let children = (brood ()).UnderWay
        if not children.IsEmpty then
            rest ()
            match nest.Recall children with
            | None -> rest ()
            | Some ending -> (if t.Cancel.IsNone || isHeard () then ended ending); fail cause
        let isRow = story.Journaled && rows.Count > 0 && (undo ()).IsEmpty && (isForGood || cause.Category <> "cancelled")
        let isEntered = rows.Exists(fun row -> row.Fact.IsEntered && row.Visit = visit)
        if isRow && not isForGood && split <> "" && not isEntered then
            recordLast (Entered split)
            if t.Cancel.IsSome then fail cause
        tell cause
        if isRow then recordLast (if isForGood then RolledBack cause else Fails cause)
        if (undo ()).IsEmpty then raise (Ended cause)
        record state (RollingBack cause); rollBack cause

    let haltNow () = Option.iter fail t.Stop
    let stopNow () = haltNow (); rest ()

    let sleepUntil due =
        stopNow (); t.Flush()
        if due > t.Now then
            t.Moment()
            if not t.IsAsked then t.Now <- due
        stopNow ()

    let call (what: string) =
        (if not busy then hook "OnTaskStart" ""); busy <- true
        (if not (place state).Work.IsPure then t.Flush())
        t.Moment(); t.Call $"{what} {visit} {attempt} {split}"

    /// A2, D4, D5, Y27, T1: an exit leaves one row, a router none but as the first state. That of a
    /// pure state may be lost, unless it tells an engine that its run has begun.
    let rec enter next withSplit =
        visit <- visit + 1L
        state <- next; attempt <- 1; split <- withSplit; path <- path @ [ next ]
        hook "OnStateEnter" ""
        if isExit next then record next Finished
        elif (place next).Work = Work.Router && visit > 0L then work ()
        else start ((place next).Work.IsPure && not (isParent && visit = 0L))

    and start mayBeLost = recordAs mayBeLost state (Entered split); stopNow (); work ()

    /// Y19: an undeclared edge fails in the state it leaves.
    and leave (from: Place) next =
        if not (isAllowed from next) then fail (error "workflow" 1 "")
        succeed (); enter next ""

    /// J1-J9: another attempt or the end; Y8: a long delay is recorded.
    and failed (at: Place) text =
        stopNow ()
        let gaveUp = error (if attempt > 1 then "retry_exhausted" else "task_execution") attempt (Script.thrown text)
        if attempt > at.Retries.Count then fail gaveUp
        let delay = if at.Retries.Doubles then min 30_000L (at.Retries.Delay * pown 2L (attempt - 1)) else at.Retries.Delay
        hook "OnRetry" (Line.span delay)
        let due = t.Now + delay
        if at.Work <> Work.Router && delay >= 1000L then record state (Waits(due, attempt, 0))
        tryAgainAt due

    and tryAgainAt due = sleepUntil due; attempt <- attempt + 1; work ()

    /// A body chose the next state. Y26: an unknown one fails here. S1: what ends well counts.
    and chose (at: Place) answer =
        match answer with
        | Reply.Fails text when at.Work <> Work.Stream -> failed at text
        | Reply.Fails text -> hear (); (if t.Stop.IsNone then rest ()); fail (error "task_execution" 1 (Script.thrown text))
        | Reply.Goes next -> haltNow (); leave at next
        | _ -> stopNow (); fail (error "workflow" 1 "")

    and work () =
        let at = place state
        match at.Work with
        | Work.Single | Work.Pure | Work.Router -> call state; chose at (answer at)
        | Work.Split fork -> fan at fork
        | Work.Children join -> family at join
        | Work.Timer wait ->
            call $"{state} wait"
            match answer at with
            | Reply.Fails text -> failed at text
            | _ ->
                haltNow ()
                let due = t.Now + 1000L * int64 wait
                record state (Waits(due, 0, attempt)); sleepUntil due; afterWait at
        | Work.Poll pause -> ask at pause
        | Work.Compensatable ->
            call state
            match answer at with
            | Reply.Goes next ->
                hear (); succeed (); record state (Completed(next, visit))
                // G13, H4, I4: a step is never interrupted; one that is late counts when it ends
                // the run.
                match t.Stop with
                | Some cause when cause.Category = "cancelled" || not (isExit next) -> fail cause
                | _ -> rest (); leave at next
            | other -> chose at other
        | Work.Stepped | Work.Stream ->
            call $"{state} {Past.cursor visit rows}"
            match answer at with
            | Reply.More next ->
                hear (); record state (Cursor next); stopNow (); attempt <- 1; work ()
            | Reply.Fails text -> stopNow (); chose at (Reply.Fails text)
            | other when at.Work = Work.Stepped -> chose at other
            | _ ->
                // M2, M3: what closing throws counts, a stop or not.
                stopNow (); call $"{state} close"; chose at (answer at)

    /// S9: a pause is a wait; a row tells of it, unless one does that was over in the same minute.
    and ask (at: Place) (pause: int) =
        call $"{state} ask"
        match answer at with
        | Reply.More _ ->
            haltNow ()
            let due = t.Now + 1000L * int64 pause
            let told = rows |> Seq.tryLast |> Option.filter (fun row -> row.Visit = visit)
            let isTold = match told with Some { Fact = Waits(before, 0, same) } -> same = attempt && abs (due - before) < 60_000L | _ -> false
            (if not isTold then record state (Waits(due, 0, attempt))); sleepUntil due; ask at pause
        | answer -> chose at answer

    and afterWait at = call $"{state} after"; chose at (answer at)

    /// W2: items are asked for once, and each branch that counts has a row.
    and fan (at: Place) (fork: Fork) =
        let list () =
            t.Moment(); t.Call $"{state} list {visit} {split}"
            let items = Script.listed (t.Choose())
            if items.IsNone then stopNow (); fail (error "task_execution" 1 (Script.thrown "no list"))
            items.Value
        let known = if fork.Journaled then Fan.ofVisit visit rows else None
        let items = match known, fork.Fixed with Some fan, _ -> fan.Items | None, Some count -> [ 1..count ] | None, None -> list ()
        if fork.Journaled && known.IsNone then stopNow (); record state (Listed(items, None)); stopNow ()
        let told = match known with Some fan -> [ for i, gave in fan.Ended -> i, gave.IsSome ] | None -> []
        let write i ok = if fork.Journaled then record state (Branch(i, (if ok then Some(Script.given items[i]) else None)))
        let branches = Branching(t, state, fork, items.Length, told, write)
        (try branches.Live(); hear () with _ -> branches.TellRest("OnTaskFailure", "cancelled"); reraise ())
        branches.TellRest()
        (if branches.Decided.IsNone then stopNow () else haltNow ())
        if branches.Decided <> Some true then fail (error "workflow" 1 "")
        let result = Line.split branches.Succeeded branches.Failed branches.Cancelled
        if fork.Journaled then choose at [ for i in List.sort branches.Succeeded -> items[i] ] result else enter fork.Next result

    /// W1: what branches gave comes in the order of the items, and chooses the next state; it is
    /// tried once.
    and choose (at: Place) succeeded result =
        t.Moment()
        t.Call $"{state} next {visit} {Line.given [ for item in succeeded -> item, Script.given item ]}"
        match answer at with
        | Reply.Fails text -> stopNow (); fail (error "task_execution" 1 (Script.thrown text))
        | Reply.Goes next -> haltNow (); (if not (isAllowed at next) then fail (error "workflow" 1 "")); enter next result
        | _ -> stopNow (); fail (error "workflow" 1 "")

    /// V1, V6: what children are given is asked for once, and has its row before the first begins.
    and family (at: Place) (join: Fork option) =
        let unsaid text = stopNow (); fail (error "task_execution" 1 (Script.thrown text))
        match join, brood () with
        | None, { Begun = []; Again = [] } ->
            call $"{state} give"
            match Script.input (t.Choose()) with
            | None -> unsaid "no input"
            | given -> stopNow (); record state (ChildBegins(0, $"run/{visit}", given)); stopNow ()
        | Some fork, known when known.Items.IsNone || (fork.HasTimeout && known.Due.IsNone) ->
            let items = if known.Items.IsSome then known.Items else (call $"{state} list"; Script.listed (t.Choose()))
            (if not busy then hook "OnTaskStart" ""); busy <- true
            (if items.IsNone then unsaid "no list"); stopNow ()
            record state (Listed(items.Value, (if fork.HasTimeout then Some(t.Now + Script.splitLimit) else None))); stopNow ()
        | _ -> ()
        await at join false

    /// V2, V4, V6: they begin as there are places, one by one end, and what a decided join does not
    /// need is cancelled and awaited. A child's time counts for those that begin, too.
    and await at join isLate =
        rest ()
        let now = brood ()
        let isUp = match now.Due with Some due -> t.Now >= due | None -> false
        let hasPlace = match join with Some { Bulkhead = Some n } -> now.UnderWay.Length < n | _ -> true
        let begins index id given = record state (ChildBegins(index, id, given)); stopNow (); await at join false
        match Brood.verdict join now isLate, now.UnderWay, now.Next with
        | None, _, Some index when hasPlace ->
            match now.Again |> List.tryFindBack (fun child -> child.Index = index) with
            | Some child -> begins index child.Id (if join.IsNone then Some child.Given else None)
            | None when isUp -> await at join true
            | None -> begins index $"run/{visit}/{index}" None
        | None, children, _ ->
            match nest.Await(children, now.Due) with
            | None -> stopNow ()
            | Some None -> await at join true
            | Some(Some ending) -> ended ending; stopNow (); await at join false
        | Some _, (_ :: _ as children), _ ->
            match nest.Recall children with
            | None -> rest ()
            | Some ending -> haltNow (); ended ending; stopNow (); await at join isLate
        | Some false, [], _ -> fail (error "workflow" 1 "")
        | Some true, [], _ ->
            call $"{state} next {Brood.told now}"; chose at (answer at)

    let rollBackAs next = pickFact (function RollingBack cause -> Some cause | _ -> None) |> Seq.head |> next

    /// What a resumed run owes after its last row: the table of the blueprint.
    let goOn (last: Row) again =
        match last.Fact with
        | RolledBack { Later = _ :: _ } when again = Again.Retry -> rollBackAs (fun cause -> record state (RollingBack cause); rollBack cause)
        | RolledBack outcome -> raise (Ended outcome)
        | RollingBack _ | Undone _ -> rollBackAs rollBack
        | _ when isCancelled () || t.Cancel.IsSome -> fail (error "cancelled" 0 "")
        | Entered _ | Cursor _ | Fails _ -> hook "OnStateEnter" ""; start false
        | Completed(next, _) -> leave (place state) next
        | Listed _ | Branch _ | ChildBegins _ | ChildEnds _ -> work ()
        | Waits(due, 0, _) ->
            sleepUntil due
            match place state with { Work = Work.Poll pause } as at -> ask at pause | at -> afterWait at
        | Waits(due, _, _) -> tryAgainAt due
        | CancelAsked _ | Finished | Snapshot -> ()

    let resume again =
        let last = rows[rows.Count - 1]
        let at = rows |> Seq.tryFind _.Fact.IsRollingBack |> Option.defaultValue last
        let entries = rows |> Seq.filter _.Fact.IsEntered |> Seq.distinctBy _.Visit |> List.ofSeq
        state <- at.State; visit <- at.Visit
        attempt <- match last.Fact with Waits(_, failed, waiting) -> max waiting failed | _ -> 1
        split <- String.concat "" [ for row in entries do match row.Fact with Entered split when row.Visit = visit -> split | _ -> () ]
        path <- [ for row in entries do if row.Visit <> visit then row.State ] @ [ state ]
        let isForGood = isCancelled () || t.Cancel.IsSome
        let goesOn = match last.Fact with Completed(next, _) when not isForGood && isAllowed (place state) next -> next | _ -> state
        t.Hook("OnResume", goesOn, attempt, string (t.Written - 1))
        goOn last again

    /// One process; whether the run goes on in the next one whatever the story says: it died, or
    /// was to rest.
    let live isFirst again =
        t.Begin(); nest.Begin(); busy <- false
        let ends (error: Error) = t.End(error, (if path.IsEmpty then [ state ] else path))
        try
            if isFirst && List.contains (-1, Interrupt.Cancel) story.Interrupts then fail (error "cancelled" 0 "")
            elif isFirst then enter state ""
            elif rows.Count > 0 then resume again
            t.End(if not isFirst && rows.Count = 0 then "checkpoint_store" else $"Done {state}")
            t.Forget(); false
        with
        | Ended error ->
            ends error
            (if rows.Count > 0 && rows[rows.Count - 1].Fact.IsRolledBack && error.Later.IsEmpty then t.Forget())
            error.Category = "suspended"
        | Died -> tell (error "checkpoint_store" 1 ""); ends (error "checkpoint_store" 1 ""); true

    member _.Tell() : Told =
        let mutable goesOn, agains = live true Again.Resume, story.Agains
        while goesOn || (story.Journaled && rows.Count > 0 && not agains.IsEmpty) do
            t.Now <- t.Now + story.Rest; t.Moment()
            if goesOn then goesOn <- live false Again.Resume
            else (let again = agains.Head in agains <- agains.Tail; goesOn <- live false again)
        t.Told

[<RequireQualifiedAccess>]
module Model =

    /// What becomes of a story, by the rules.
    let tell (story: Story) : Told = Course(story).Tell()
