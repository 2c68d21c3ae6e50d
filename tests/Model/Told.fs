namespace Cano.Model

/// A story's course as lines of text: whoever tells it, the lines must be the same.
type Told = {
    /// Every row that became durable, in order.
    Rows: string list
    /// What observers heard.
    Hooks: string list
    /// Calls of bodies and compensations, with what they were given.
    Calls: string list
    /// How each life ended.
    Results: string list
    /// How many rows the store keeps in the end.
    Kept: int
}

/// How facts are put into words.
[<RequireQualifiedAccess>]
module Line =

    /// ms as text; a moment is counted from the start of the story.
    let span (ms: int64) = $"{ms} ms"

    let snapshot = "Snapshot"

    /// A run's first row and its snapshots carry the workflow's name, because a journal may begin
    /// with them.
    let row (sequence: int64) (visit: int64) (state: string) (fact: string) =
        let workflow = if sequence = 0L || fact = snapshot then "orders " else ""
        $"{workflow}{sequence} v{visit} {state} {fact}"

    let hook (name: string) (task: string) (attempt: int) (detail: string) =
        $"{name} {task} {attempt} {detail}".TrimEnd()

    /// A branch of each kind by index.
    let split (successes: int seq) (errors: int seq) (cancelled: int seq) =
        let listed (indices: int seq) =
            System.String.Join(',', Seq.sort indices)

        $"{listed successes}|{listed errors}|{listed cancelled}"

    let listing (items: int seq) (due: int64 option) =
        let items = System.String.Join(',', items)

        let until =
            match due with
            | Some due -> $" until {span due}"
            | None -> ""

        $"BranchesListed {items}".TrimEnd() + until

    /// What branches gave, by what they were for.
    let given (pairs: (int * int) seq) =
        System.String.Join(',', pairs |> Seq.map (fun (item, value) -> $"{item}={value}"))

    /// The end of a child as its parent sees it.
    let fate (status: string) (gave: int option) =
        match gave with
        | Some gave -> $"{status}={gave}"
        | None -> status

    /// Message: only where a body chose the words.
    let error category (state: string) attempt (message: string) (later: string list) =
        let later = later |> List.map (fun text -> "; " + text) |> System.String.Concat
        $"{category} in {state} at {attempt}: {message}{later}"

    let path (states: string list) =
        let states = states |> List.skip (max 0 (states.Length - 64))
        let names = System.String.Join(' ', states)
        $" along {names}"
