namespace Cano.Model

/// What a body does at one call.
[<RequireQualifiedAccess>]
type Reply =
    | Goes of next: string
    | Strays
    | Fails of text: string
    /// Of stepped and stream work: there is more to do. Of a timer: wait.
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

/// What choices mean: the same for the model and for the bodies of real tasks.
[<RequireQualifiedAccess>]
module Script =

    let lost = "Nowhere"

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
        | (Work.Single | Work.Router | Work.Split _), 2 when ways % 4 = 0 -> Reply.Strays
        | (Work.Stepped | Work.Stream), (3 | 4 | 5 | 6 | 7) -> Reply.More choice
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
            Some(List.init (choice % 5) (fun i -> choice + i))

    /// What a journaled branch gives that succeeds.
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
