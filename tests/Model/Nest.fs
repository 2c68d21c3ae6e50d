namespace Cano.Model

open System.Collections.Generic

/// What a child is outside of its parent.
type private Outside = {
    /// Its newest end, and which one that is.
    mutable End: (Fate * int) option
    mutable Ends: int
    IsBornCancelled: bool
}

/// The children of a run, which outlive its processes: what they are told, and how they end.
type internal Nest(t: Telling) =
    let there = Dictionary<string, Outside>()
    // Those that were told to stop in this process.
    let told = HashSet<string>()

    let endOf (child: Child) =
        match there.TryGetValue child.Id with
        | true, it -> it.End
        | _ -> None

    /// An end that its parent has not seen.
    let isNew (child: Child) =
        endOf child |> Option.exists (fun (_, n) -> n > child.TakenBack)

    let isRunning (child: Child) =
        there.ContainsKey child.Id && (endOf child).IsNone

    let bear (child: Child) isCancelled =
        there[child.Id] <- {
            End = None
            Ends = 0
            IsBornCancelled = isCancelled
        }

    let finish (child: Child) fate =
        let it = there[child.Id]
        it.Ends <- it.Ends + 1
        it.End <- Some((if it.IsBornCancelled then Fate.Cancelled else fate), it.Ends)

    /// V1: begun once; one whose end was taken back is tried again.
    let look (child: Child) =
        if not (there.ContainsKey child.Id) then
            t.Call $"begin {child.Id} {child.Given}"
            bear child false
        elif (endOf child).IsSome && not (isNew child) then
            t.Call $"retry {child.Id}"
            there[child.Id].End <- None

    /// V4: each is told once, and one that is not there is begun as cancelled.
    let tell (child: Child) =
        if told.Add child.Id then
            if not (there.ContainsKey child.Id) then
                t.Call $"begin {child.Id} cancelled"
                bear child true
            elif isRunning child then
                t.Call $"cancel {child.Id}"

    let ending (child: Child) =
        let fate, n = (endOf child).Value

        let gave =
            if fate.IsCompleted then
                Some(Script.given child.Given)
            else
                None

        child, fate, gave, n

    /// One of them ends. Those before one that is found have been asked by then, all of them
    /// before the end of one that is heard.
    let endOne (children: Child list) ask place fate isHeard =
        let child = List.item place children

        if isHeard || not (isRunning child) then
            List.iter ask children
            finish child fate
        else
            finish child fate
            List.iter ask (List.truncate place children)

        ending child

    /// Another process goes on with the parent.
    member _.Begin() = told.Clear()

    /// None when something is asked of the run, else the end of a child, or that their time is up.
    member _.Await(children: Child list, due: int64 option) =
        t.Moment()

        let isUp =
            match due with
            | Some due -> t.Now >= due
            | None -> false

        match List.tryFindIndex isNew children with
        | _ when t.IsAsked ->
            List.iter look children
            None
        | Some found ->
            List.iter look (List.truncate found children)
            Some(Some(ending children[found]))
        | None when isUp ->
            List.iter look children
            Some None
        | None ->
            match Script.awaited due.IsSome children.Length (t.Choose()) with
            | Waited.Late ->
                List.iter look children
                t.Now <- due.Value
                Some None
            | Waited.Ends(place, fate, isHeard) ->
                Some(Some(endOne children look place fate isHeard))

    /// None when the run is to rest, else the end of one of those that nobody needs any more.
    member _.Recall(children: Child list) =
        t.Moment()

        match List.tryFindIndex (endOf >> Option.isSome) children with
        | _ when t.Rests ->
            List.iter tell children
            None
        | Some found ->
            List.iter tell (List.truncate found children)
            Some(ending children[found])
        | None ->
            match Script.recalled children.Length (t.Choose()) with
            | Waited.Ends(place, fate, isHeard) -> Some(endOne children tell place fate isHeard)
            | Waited.Late -> None
