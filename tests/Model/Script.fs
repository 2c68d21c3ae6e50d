namespace Cano.Model

/// What a body does at one call.
[<RequireQualifiedAccess>]
type Reply =
    | Goes of next: string
    | Strays
    | Fails of text: string
    /// Of stepped and stream work: there is more to do. Of a timer: wait. Of a poll: ask again.
    | More of cursor: int

/// What happens to the branches of one split.
type Branches = {
    /// Whether each succeeds, by its index.
    Succeed: Map<int, bool>
    /// In which order they end when nothing stops them.
    Order: int list
    /// The split's time is up when so many have ended.
    TimeoutAfter: int option
}

/// How a child ends.
[<RequireQualifiedAccess>]
type Fate =
    | Completed
    | Failed
    | RolledBack
    | RollbackFailed
    | Cancelled

/// What a parent waits for.
[<RequireQualifiedAccess>]
type Waited =
    /// The children's time.
    | Late
    /// A child, by its place among those under way. isHeard: the parent hears of it while it waits;
    /// else it finds it when it looks.
    | Ends of place: int * fate: Fate * isHeard: bool

/// What choices mean: the same for the model and for the bodies of real tasks.
[<RequireQualifiedAccess>]
module Script =

    let lost = "Nowhere"

    /// Where children end that complete.
    let childExit = "Out"

    /// The message of a body that throws.
    let thrown (text: string) = $"InvalidOperationException: {text}"

    /// ms that a split and a run may take: longer than all sleeps of a story together.
    let splitLimit = 2L * 86_400_000L
    let runLimit = 1_000L * 86_400_000L

    let private next (story: Story) (place: Place) choice =
        let everything = (story.Places |> List.map _.Name) @ story.Exits

        let ways =
            // Now and then a task ignores its declared edges.
            if place.To.IsEmpty || choice % 13 = 0 then
                everything
            else
                place.To
        // Most of the time a run goes on, so that there is something to remember.
        let working = ways |> List.except story.Exits
        let ways = if choice % 6 = 0 || working.IsEmpty then ways else working
        ways[choice % ways.Length]

    /// A choice below 0: they are spent.
    let answer (story: Story) (place: Place) choice : Reply =
        let ways = choice / 10

        match place.Work, choice % 10 with
        | _ when choice < 0 -> Reply.Fails "spent"
        | _, (0 | 1) -> Reply.Fails $"failed {choice}"
        | (Work.Single | Work.Pure | Work.Router | Work.Split _ | Work.Children _), 2 when
            ways % 4 = 0
            ->
            Reply.Strays
        | Work.Poll _, 8
        | (Work.Stepped | Work.Stream | Work.Poll _), (3 | 4 | 5 | 6 | 7) -> Reply.More choice
        | _ -> Reply.Goes(next story place ways)

    /// Why a compensation fails; none when it succeeds, as it does when choices are spent.
    let undoing choice =
        if choice >= 0 && choice % 5 = 0 then
            Some $"stuck {choice}"
        else
            None

    /// What branches are listed for; none when the listing fails.
    let listed choice =
        if choice < 0 || choice % 17 = 0 then
            None
        else
            Some(List.init ((choice + 1) % 6) (fun i -> choice + i))

    /// What an only child is given; none when that cannot be said.
    let input choice =
        if choice < 0 || choice % 17 = 0 then None else Some choice

    /// What becomes of so many children that a parent waits for.
    let awaited hasTime count choice =
        if choice < 0 then
            Waited.Ends(0, Fate.Completed, false)
        elif hasTime && choice % 5 = 0 then
            Waited.Late
        else
            let fate =
                match choice / 5 % 10 with
                | 0
                | 1
                | 2 -> Fate.Failed
                | 3 -> Fate.RollbackFailed
                | 4 when choice % 3 = 0 -> Fate.Cancelled
                | 4 -> Fate.RolledBack
                | _ -> Fate.Completed

            Waited.Ends(choice / 50 % count, fate, choice % 2 = 0)

    /// What becomes of so many children that their parent does not need any more. Some end before
    /// they are told, and some cannot go back.
    let recalled count choice =
        if choice < 0 then
            Waited.Ends(0, Fate.Cancelled, false)
        else
            let fate =
                match choice % 10 with
                | 0
                | 1 -> Fate.Completed
                | 2 -> Fate.Failed
                | 3 -> Fate.RollbackFailed
                | _ -> Fate.Cancelled

            Waited.Ends(choice / 20 % count, fate, choice / 10 % 2 = 0)

    /// What a journaled branch gives that succeeds, and a child that completes.
    let given item = 2 * item + 1

    /// The name of a branch.
    let branch (i: int) = $"branch{i}"

    /// Why a branch fails.
    let broken (i: int) = $"branch {i}"

    let rec private order bulkhead (picks: int list) (waiting: int list) =
        match waiting with
        | [] -> []
        | _ ->
            let underWay = List.truncate bulkhead waiting
            let ends = underWay[abs picks.Head % underWay.Length]
            ends :: order bulkhead picks.Tail (List.except [ ends ] waiting)

    /// The branches of a split that have these indices; draws a choice for each, and one for the
    /// timeout of a split that has any.
    let branches (fork: Fork) (indices: int list) (choose: unit -> int) : Branches =
        let timeout =
            if fork.HasTimeout && not indices.IsEmpty then
                choose () % 8
            else
                -1

        let choices = indices |> List.map (fun _ -> choose ())

        {
            Succeed =
                choices
                |> List.map (fun choice -> choice >= 0 && choice % 10 < 6)
                |> List.zip indices
                |> Map.ofList
            Order =
                order
                    (defaultArg fork.Bulkhead indices.Length)
                    (choices |> List.map (fun choice -> choice / 10))
                    indices
            TimeoutAfter = if timeout < 0 then None else Some timeout
        }
