namespace Cano.Model

/// What rows tell of a visit's branches.
type internal Fan = {
    Items: int list
    /// The branches that have ended, and what those gave that succeeded; in the order of their
    /// rows.
    Ended: (int * int option) list
}

/// When a join is decided, and what of it rows have told.
[<RequireQualifiedAccess>]
module internal Fan =

    let private none = { Items = []; Ended = [] }

    /// Of this visit, if its items have been listed. W2: a retry keeps what succeeded.
    let ofVisit visit (rows: Row seq) : Fan option =
        let follow (fan: Fan option, hasFailed) (row: Row) =
            let next =
                match row.Fact with
                | _ when row.Visit <> visit -> fan
                | Listed(items, _) -> Some { none with Items = items }
                | Branch(i, gave) ->
                    fan
                    |> Option.map (fun fan -> {
                        fan with
                            Ended = fan.Ended @ [ i, gave ]
                    })
                | Entered _ when hasFailed ->
                    fan
                    |> Option.map (fun fan -> {
                        fan with
                            Ended = fan.Ended |> List.filter (fun (_, gave) -> gave.IsSome)
                    })
                | _ -> fan

            next, row.Fact.IsFails

        rows |> Seq.fold follow (None, false) |> fst

    /// Y1, Y3, K6: none while the join is uncertain.
    let verdict (fork: Fork) total ok bad isLate : bool option =
        let running = total - ok - bad

        let needed =
            match fork.Rule with
            | Rule.All -> total
            | Rule.Any -> 1
            | Rule.Quorum n
            | Rule.Partial n -> n
            | Rule.Percent p -> (p * total + 99) / 100
            | Rule.UntilTimeout -> 0

        if total = 0 then
            Some true
        elif fork.Rule = Rule.UntilTimeout && running > 0 then
            if isLate then Some(ok + bad > 0) else None
        elif isLate then
            Some(ok >= needed)
        elif running > 0 && fork.WaitsForAll then
            None
        elif ok >= needed then
            Some true
        elif ok + running < needed then
            Some false
        else
            None

/// The branches of one visit of a split in one process, until nobody wants them any more.
/// told: those that had ended before; write: one has ended that counts.
type internal Branching
    (t: Telling, state, fork: Fork, total, told: (int * bool) list, write: int -> bool -> unit) =
    let waiting = List.except (List.map fst told) [ 0 .. total - 1 ]
    let script = lazy Script.branches fork waiting t.Choose
    let mutable counted = told
    let mutable started, ended = 0, []
    let mutable decided: bool option = None
    let mutable isOutOfTime = false

    let tell name i detail =
        let branch = if fork.Journaled then state else Script.branch i
        t.Hook(name, $"{state}/{branch}[{i}]", 1, detail)

    let those ok =
        counted |> List.filter (fun (_, it) -> it = ok) |> List.map fst

    let judge isLate =
        if t.Stop.IsSome then
            None
        else
            Fan.verdict fork total (those true).Length (those false).Length isLate

    let startSome () =
        let places = defaultArg fork.Bulkhead total

        while started < waiting.Length && started - ended.Length < places do
            tell "OnTaskStart" waiting[started] ""
            started <- started + 1

    let isLate () =
        let isUp = not t.IsAsked && script.Value.TimeoutAfter = Some ended.Length

        if isUp then
            t.Now <- t.Now + Script.splitLimit

        isUp

    let judgeLate () =
        isOutOfTime <- true
        decided <- judge true

    let endOne () =
        let i = script.Value.Order[ended.Length]
        let ok = script.Value.Succeed[i]
        ended <- ended @ [ i ]

        if ok then
            tell "OnTaskSuccess" i ""
        else
            tell "OnTaskFailure" i "task_execution"

        t.Moment()
        // S1: of those that end now only one that succeeded counts.
        let counts = t.Stop.IsNone && (ok || not t.Rests)

        if counts then
            counted <- counted @ [ i, ok ]
            write i ok

        let isLate = isLate ()
        decided <- if counts then judge false else None

        if decided.IsNone && not t.IsAsked then
            startSome ()

            if isLate then
                judgeLate ()

    /// B9, Y1, K17: none starts when nobody wants it any more.
    member _.Live() =
        decided <- if t.Rests then None else judge false

        if decided.IsNone && not t.IsAsked then
            startSome ()

            if isLate () then
                judgeLate ()

        while decided.IsNone && not t.IsAsked do
            endOne ()

    /// Whether the join is met, if that is certain.
    member _.Decided = decided
    member _.Succeeded = those true
    member _.Failed = those false
    member _.Cancelled = List.except (List.map fst counted) [ 0 .. total - 1 ]

    /// Z9: whatever was started has an end.
    member _.TellRest(hook, detail) =
        for i in List.except ended (List.truncate started waiting) do
            tell hook i detail

    /// W3: what a decided join does not need has not failed.
    member this.TellRest() =
        if decided.IsSome && not (isOutOfTime && decided = Some false) then
            this.TellRest("OnBranchNotNeeded", "")
        else
            this.TellRest("OnTaskFailure", "cancelled")
