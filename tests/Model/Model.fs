namespace Cano.Model

/// The reference model: what docs/behaviours.md says of a run, as naive as can be. It knows nothing
/// of the kernel: what a run remembers it looks up in the list of its rows. Kept dense, so that all
/// the rules stand on a few pages.
type internal Course(story: Story) =
    let t = Telling story
    let rows = t.Rows
    let mutable state, visit, attempt, split, path, busy = story.Initial, -1L, 1, "", [], false

    let error category attempt message = { Category = category; State = state; Attempt = attempt; Message = message; Later = [] }
    let record at fact = t.Record { Visit = visit; State = at; Fact = fact }
    let recordLast fact = t.RecordLast { Visit = visit; State = state; Fact = fact }
    let hook name detail = t.Hook(name, state, attempt, detail)
    let place name = story.Places |> List.find (fun place -> place.Name = name)
    let isExit name = List.contains name story.Exits
    let isAllowed (from: Place) next = from.To.IsEmpty || List.contains next from.To
    let answer place = Script.answer story place (t.Choose())
    let pickFact choose = rows |> Seq.choose (fun row -> choose row.Fact)

    /// Completed steps that are not undone, newest first.
    let follow undo row =
        match row.Fact with Completed(_, output) -> (row.State, output) :: undo | Undone _ -> List.tail undo | _ -> undo
    let undo () = Seq.fold follow [] rows

    let succeed () = (if busy then hook "OnTaskSuccess" ""); busy <- false

    /// R5, H2, I5: the end of a task comes before the run's.
    let tell (cause: Error) =
        (if busy then hook "OnTaskFailure" (cause.Category)); busy <- false
        if cause.Category = "cancelled" then hook "OnCancelled" ""
        if cause.Category = "workflow_timeout" then hook "OnWorkflowTimeout" (cause.Message)

    /// G1, G3, G5, G15: newest first, each once, to the end whatever happens; Y5: each is recorded.
    let rollBack (cause: Error) =
        for step, output in undo () do
            t.Moment(); t.Call $"undo {step} {output}"
            record step (Undone(Script.undoing (t.Choose()) |> Option.map Script.thrown))
        let faults = pickFact (function Undone fault -> fault | _ -> None) |> List.ofSeq
        let outcome = if faults.IsEmpty then cause else { cause with Category = "compensation_failed"; Later = faults }
        record state (RolledBack outcome); raise (Ended outcome)

    /// S7: with nothing to undo a failure is a row, with what a split before a router came to; S6:
    /// but not that of a run that its caller gave up.
    let fail (cause: Error) =
        let cause = { cause with State = state }
        let isRow = story.Journaled && rows.Count > 0 && (undo ()).IsEmpty && cause.Category <> "cancelled"
        let isEntered = rows.Exists(fun row -> row.Fact.IsEntered && row.Visit = visit)
        if isRow && split <> "" && not isEntered then recordLast (Entered split)
        tell cause
        if isRow then recordLast (Fails cause)
        if (undo ()).IsEmpty then raise (Ended cause)
        record state (RollingBack cause); rollBack cause

    let stopNow () = Option.iter fail t.Stop

    let sleepUntil due =
        if due > t.Now then
            t.Moment()
            if t.Stop.IsNone then t.Now <- due
        stopNow ()

    let call (what: string) =
        (if not busy then hook "OnTaskStart" ""); busy <- true
        t.Moment(); t.Call $"{what} {visit} {attempt} {split}"

    /// Y7: only a cursor of this visit counts.
    let cursor () =
        let ofVisit = rows |> Seq.filter (fun row -> row.Visit = visit) |> Seq.rev
        ofVisit |> Seq.tryPick (fun row -> match row.Fact with Cursor cursor -> Some cursor | _ -> None) |> Option.defaultValue 0

    /// Y1, Y3, K6: none while the join is uncertain.
    let verdict (fork: Fork) total ok bad isLate =
        let running = total - ok - bad
        let needed =
            match fork.Rule with
            | Rule.All -> total
            | Rule.Any -> 1
            | Rule.Quorum n | Rule.Partial n -> n
            | Rule.Percent p -> (p * total + 99) / 100
            | Rule.UntilTimeout -> 0
        if total = 0 then Some true
        elif fork.Rule = Rule.UntilTimeout && running > 0 then (if isLate then Some(ok + bad > 0) else None)
        elif isLate then Some(ok >= needed)
        elif running > 0 && fork.WaitsForAll then None
        elif ok >= needed then Some true
        elif ok + running < needed then Some false
        else None

    /// A2, D4, D5, Y27, T1: an exit leaves one row, a router none but as the first state.
    let rec enter next withSplit =
        visit <- visit + 1L
        state <- next; attempt <- 1; split <- withSplit; path <- path @ [ next ]
        hook "OnStateEnter" ""
        if isExit next then record next Finished
        elif (place next).Work = Work.Router && visit > 0L then work ()
        else start ()

    and start () = record state (Entered split); stopNow (); work ()

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
        if at.Work <> Work.Router && delay >= 1000L then record state (Waits(due, attempt))
        tryAgainAt due

    and tryAgainAt due = sleepUntil due; attempt <- attempt + 1; work ()

    /// A body chose the next state. Y26: an unknown one fails here.
    and chose (at: Place) answer =
        match answer with
        | Reply.Fails text when at.Work <> Work.Stream -> failed at text
        | Reply.Fails text -> fail (error "task_execution" 1 (Script.thrown text))
        | Reply.Goes next -> stopNow (); leave at next
        | _ -> stopNow (); fail (error "workflow" 1 "")

    and work () =
        let at = place state
        match at.Work with
        | Work.Single | Work.Router -> call state; chose at (answer at)
        | Work.Split fork -> fan fork
        | Work.Timer wait ->
            call $"{state} wait"
            match answer at with
            | Reply.Fails text -> failed at text
            | _ ->
                stopNow ()
                let due = t.Now + 1000L * int64 wait
                record state (Waits(due, 0)); stopNow (); sleepUntil due; afterWait at
        | Work.Compensatable ->
            call state
            match answer at with
            | Reply.Goes next ->
                succeed (); record state (Completed(next, visit))
                // G13, H4, I4: a step is never interrupted; one that is late counts when it ends
                // the run.
                match t.Stop with
                | Some cause when cause.Category = "cancelled" || not (isExit next) -> fail cause
                | _ -> leave at next
            | other -> chose at other
        | Work.Stepped | Work.Stream ->
            call $"{state} {cursor ()}"
            match answer at with
            | Reply.More next ->
                record state (Cursor next); stopNow (); attempt <- 1; work ()
            | Reply.Fails text -> stopNow (); chose at (Reply.Fails text)
            | other when at.Work = Work.Stepped -> chose at other
            | _ ->
                // M2, M3: what closing throws counts, a stop or not.
                stopNow (); call $"{state} close"; chose at (answer at)

    and afterWait at = call $"{state} after"; chose at (answer at)

    and fan fork =
        let list () =
            t.Moment(); t.Call $"{state} list {visit} {split}"
            let count = Script.listed (t.Choose())
            if count.IsNone then stopNow (); fail (error "task_execution" 1 (Script.thrown "no list"))
            count.Value
        let total = fork.Fixed |> Option.defaultWith list
        let script = lazy Script.branches fork total t.Choose
        let told name i detail = t.Hook(name, $"{state}/{Script.branch i}[{i}]", 1, detail)
        let mutable started, ended = [], []
        let startSome () =
            while started.Length < total && started.Length - ended.Length < defaultArg fork.Bulkhead total do
                told "OnTaskStart" started.Length ""
                started <- started @ [ started.Length ]
        let counted ok = ended |> List.filter (fun i -> script.Value.Succeed[i] = ok)
        let judge isLate = if t.Stop.IsSome then None else verdict fork total (counted true).Length (counted false).Length isLate
        let isLate () =
            let isUp = t.Stop.IsNone && script.Value.TimeoutAfter = Some ended.Length
            (if isUp then t.Now <- t.Now + Script.splitLimit); isUp
        // B9, Y1, K17: none starts when nobody wants it any more.
        let mutable decided = judge false
        if decided.IsNone && t.Stop.IsNone then (startSome (); if isLate () then decided <- judge true)
        while decided.IsNone && t.Stop.IsNone do
            let i = script.Value.Order[ended.Length]
            ended <- ended @ [ i ]
            if script.Value.Succeed[i] then told "OnTaskSuccess" i "" else told "OnTaskFailure" i "task_execution"
            t.Moment()
            let isLate = isLate () in decided <- judge false
            if decided.IsNone && t.Stop.IsNone then
                startSome ()
                if isLate then decided <- judge true
        let cancelled = List.except ended [ 0 .. total - 1 ]
        // Z9: whatever was started has an end.
        for i in cancelled do if List.contains i started then told "OnTaskFailure" i "cancelled"
        stopNow ()
        if decided <> Some true then fail (error "workflow" 1 "")
        enter fork.Next (Line.split (counted true) (counted false) cancelled)

    /// What a resumed run owes after its last row: the table of the blueprint.
    let goOn (last: Row) =
        match last.Fact with
        | Entered _ | Cursor _ | Fails _ -> hook "OnStateEnter" ""; start ()
        | Completed(next, _) -> leave (place state) next
        | Waits(due, 0) -> sleepUntil due; afterWait (place state)
        | Waits(due, _) -> tryAgainAt due
        | RollingBack _ | Undone _ -> pickFact (function RollingBack cause -> Some cause | _ -> None) |> Seq.head |> rollBack
        | RolledBack outcome -> raise (Ended outcome)
        | Finished | Snapshot -> ()

    let resume () =
        let last = rows[rows.Count - 1]
        let at = rows |> Seq.tryFind _.Fact.IsRollingBack |> Option.defaultValue last
        let entries = rows |> Seq.filter _.Fact.IsEntered |> Seq.distinctBy _.Visit |> List.ofSeq
        state <- at.State; visit <- at.Visit
        attempt <- match last.Fact with Waits(_, failed) -> max 1 failed | _ -> 1
        split <- String.concat "" [ for row in entries do match row.Fact with Entered split when row.Visit = visit -> split | _ -> () ]
        path <- [ for row in entries do if row.Visit <> visit then row.State ] @ [ state ]
        let goesOn = match last.Fact with Completed(next, _) when isAllowed (place state) next -> next | _ -> state
        t.Hook("OnResume", goesOn, attempt, string (t.Written - 1))
        goOn last

    /// One process; whether it died.
    let live isFirst =
        t.Begin(); busy <- false
        let ends (error: Error) = t.End(error, (if path.IsEmpty then [ state ] else path))
        try
            if isFirst && story.Interrupt = Some(-1, Interrupt.Cancel) then fail (error "cancelled" 0 "")
            elif isFirst then enter state ""
            elif rows.Count > 0 then resume ()
            t.End(if not isFirst && rows.Count = 0 then "checkpoint_store" else $"Done {state}")
            t.Forget(); false
        with
        | Ended error ->
            ends error
            (if rows.Exists(_.Fact.IsRolledBack) && error.Later.IsEmpty then t.Forget()); false
        | Died -> tell (error "checkpoint_store" 1 ""); ends (error "checkpoint_store" 1 ""); true

    member _.Tell() : Told =
        let mutable died, resumes = live true, story.Resumes
        while died || (story.Journaled && rows.Count > 0 && resumes > 0) do
            if not died then resumes <- resumes - 1
            t.Now <- t.Now + story.Rest
            died <- live false
        t.Told

[<RequireQualifiedAccess>]
module Model =

    /// What becomes of a story, by the rules.
    let tell (story: Story) : Told = Course(story).Tell()
