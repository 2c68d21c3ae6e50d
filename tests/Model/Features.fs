namespace Cano.Model

/// What happened in a story, so that a proof can say what it was a proof of.
[<RequireQualifiedAccess>]
module Features =

    let private any (lines: string list) (text: string) =
        lines |> List.exists (fun line -> line.Contains text)

    let private rules: (string * (Rule -> bool)) list = [
        "join All", _.IsAll
        "join Any", _.IsAny
        "join Quorum", _.IsQuorum
        "join Percentage", _.IsPercent
        "join PartialResults", _.IsPartial
        "join PartialTimeout", _.IsUntilTimeout
    ]

    /// Branches or children that are joined so have begun.
    let private joined (story: Story) (told: Told) (isRule: Rule -> bool) =
        story.Places
        |> List.exists (fun place ->
            match place.Work with
            | Work.Split fork -> isRule fork.Rule && any told.Hooks $"OnTaskStart {place.Name}/"
            | Work.Children(Some fork) ->
                isRule fork.Rule && any told.Hooks $"OnChildStart {place.Name} "
            | _ -> false)

    let private worked (story: Story) (told: Told) (isWork: Work -> bool) =
        story.Places
        |> List.exists (fun place ->
            isWork place.Work && any told.Hooks $"OnTaskStart {place.Name} ")

    /// A poll asks more often than rows tell of its pauses.
    let private untold (story: Story) (told: Told) =
        let count (lines: string list) (text: string) =
            lines |> List.filter _.Contains(text) |> List.length

        story.Journaled
        && story.Places
           |> List.exists (fun place ->
               place.Work.IsPoll
               && count told.Calls $"{place.Name} ask " >
                   1 + count told.Rows $" {place.Name} WaitStarted")

    /// A row follows another.
    let private follows (told: Told) (first: string) (second: string) =
        told.Rows
        |> List.pairwise
        |> List.exists (fun (one, next) -> one.Contains first && next.Contains second)

    /// Such a hook is the first that follows a resume.
    let private resumes (told: Told) (isFirst: string -> bool) =
        told.Hooks
        |> List.pairwise
        |> List.exists (fun (first, second) -> first.StartsWith "OnResume" && isFirst second)

    /// A state that failed begins once more, and such a row follows.
    let private retries (told: Told) (row: string) =
        told.Rows
        |> List.windowed 3
        |> List.exists (fun rows ->
            rows[0].Contains " Failed "
            && rows[1].Contains "StateEntered"
            && rows[2].Contains row)

    let private rowOf (told: Told) (checkpoint: string) =
        told.Rows[int (Array.last (checkpoint.Split ' '))]

    /// The first row that follows a resume.
    let private resumesInto (told: Told) (rows: string list) =
        resumes told (fun hook ->
            hook.StartsWith "OnCheckpoint"
            && rows |> List.exists (fun row -> (rowOf told hook).Contains row))

    /// What branches or children came to is looked at.
    let private chooses (story: Story) (told: Told) (isWork: Work -> bool) =
        story.Places
        |> List.exists (fun place -> isWork place.Work && any told.Calls $"{place.Name} next ")

    /// Their ids end with an index.
    let private severalChildren (told: Told) =
        told.Hooks
        |> List.exists (fun hook -> hook.StartsWith "OnChildStart" && (hook.Split '/').Length = 3)

    /// What a child is told.
    let private calls (told: Told) (first: string) (last: string) =
        told.Calls
        |> List.exists (fun call -> call.StartsWith(first + " run/") && call.EndsWith last)

    /// The run rests after such a row.
    let private rests (told: Told) (row: string) =
        told.Hooks
        |> List.pairwise
        |> List.exists (fun (before, hook) ->
            hook.StartsWith "OnSuspended"
            && before.StartsWith "OnCheckpoint"
            && (rowOf told before).Contains row)

    /// The hooks told while rows of pure states were only accepted, up to the first of what reaches
    /// outside: that one came behind a flush.
    let private overAccepted (story: Story) (told: Told) : string list =
        let isPure name =
            story.Places
            |> List.exists (fun place -> place.Name = name && place.Work.IsPure)

        let follow (isOpen, met) (hooks: string list) =
            let words = hooks[2].Split ' '

            if words[0] = "OnCheckpoint" then
                let isEntry = hooks[1] = $"OnStateEnter {words[1]} 1"
                let isFresh = not (hooks[0].StartsWith "OnResume")
                (isEntry && isFresh && isPure words[1] && story.Journaled), met
            elif isOpen then
                let goesOn =
                    words[0] = "OnStateEnter" || words[0] = "OnTaskSuccess" || isPure words[1]

                goesOn, hooks[2] :: met
            else
                false, met

        "" :: "" :: told.Hooks |> List.windowed 3 |> List.fold follow (false, []) |> snd

    let private meets (story: Story) (hooks: string list) (hook: string) (isWork: Work -> bool) =
        story.Places
        |> List.exists (fun place ->
            isWork place.Work && hooks |> List.exists _.StartsWith($"{hook} {place.Name} "))

    /// A life had left more rows than the next one finds. A run that has lost them all ends.
    let private losesRows (told: Told) =
        let numberOf (hook: string) = int (Array.last (hook.Split ' '))

        let follow (newest, isMet) (hook: string) =
            if hook.StartsWith "OnCheckpoint" then
                numberOf hook, isMet
            elif hook.StartsWith "OnResume" then
                -1, isMet || numberOf hook < newest
            else
                newest, isMet

        let newest, isMet = told.Hooks |> List.fold follow (-1, false)
        isMet || (newest >= 0 && List.last told.Results = "checkpoint_store")

    /// The features of a telling, each with whether it was met.
    let met (story: Story) (told: Told) : (string * bool) list = [
        let accepted = overAccepted story told
        "journaled", story.Journaled
        "not journaled", not story.Journaled
        "single", worked story told _.IsSingle
        "pure", worked story told _.IsPure
        "rows of pure states lost in a crash", losesRows told
        "flush before a router", meets story accepted "OnTaskStart" _.IsRouter
        "flush before a wait", meets story accepted "OnRetry" _.IsPure
        "flush before a rest", meets story accepted "OnSuspended" _.IsPure
        "router", worked story told _.IsRouter
        "timer", worked story told _.IsTimer
        "poll", worked story told _.IsPoll
        "compensatable", worked story told _.IsCompensatable
        "stepped", worked story told _.IsStepped
        "stream", worked story told _.IsStream

        for name, isRule in rules do
            name, joined story told isRule

        "branches cancelled by a verdict or stop",
        told.Hooks
        |> List.exists (fun hook -> hook.Contains '[' && hook.EndsWith "cancelled")

        "journaled branches", any told.Rows "BranchCompleted"
        "journaled branches in a second life", resumes told (fun hook -> hook.Contains '[')
        "journaled branches retried", retries told "BranchCompleted"
        "next state chosen by what branches gave", chooses story told _.IsSplit
        "one child", worked story told (fun work -> work = Work.Children None)
        "several children", severalChildren told
        "next state chosen by ends of children", chooses story told _.IsChildren
        "child begun as cancelled", calls told "begin" "cancelled"
        "child cancelled", calls told "cancel" ""
        "child retried", calls told "retry" ""
        "parent resumed among its children", resumesInto told [ "Child" ]
        "retry", any told.Hooks "OnRetry"
        "journaled wait", any told.Rows "WaitStarted"
        "pause that a row before tells", untold story told
        "cursor", any told.Rows "CursorAdvanced"
        "snapshot", any told.Rows Line.snapshot
        "rollback", any told.Calls "undo"
        "failing compensation", any told.Results "compensation_failed"
        "cancel", any told.Hooks "OnCancelled"
        "suspended", any told.Results "suspended in"
        "suspended in a rollback", rests told "RollbackStarted" || rests told "Compensated"
        "cancelled for good", any told.Rows "CancelRequested"

        "cancelled for good and undone",
        follows told "CancelRequested" "RollbackStarted"
        || follows told "CancelRequested" "StepCompleted"

        "failed run gone on with", follows told " Failed " "StateEntered"
        "retry of a rollback", follows told "RollbackFinished" "RollbackStarted"
        "total timeout", any told.Hooks "OnWorkflowTimeout"
        "crash", any told.Results "checkpoint_store"
        "resume", any told.Hooks "OnResume"
        "second resume", (told.Hooks |> List.filter _.StartsWith("OnResume")).Length > 1

        "resume into a rollback",
        resumesInto told [ "RollbackStarted"; "Compensated"; "RollbackFinished" ]

        "completed", any told.Results "Done "
        "failed", told.Results |> List.exists (fun result -> not (result.StartsWith "Done "))
    ]
