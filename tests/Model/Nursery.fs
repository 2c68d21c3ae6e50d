namespace Cano.Model

open System
open System.Collections.Generic
open Cano
open Cano.Kernel

/// What one wait of a parent comes to.
type private Round = {
    /// The child that ends, and how; none when one has ended that the parent has not seen, when
    /// their time comes first, or while something is asked of the parent.
    Who: (AwaitedChild * Fate) option
    /// It ends when all have been looked at, and is heard of.
    IsHeard: bool
    IsLate: bool
    /// The parent is told of ends.
    Tells: bool
}

/// What children are made of that are no runs: choices say what becomes of them. They outlive the
/// processes of their parent. moment: how their parent is asked to stop while it waits.
type internal Nursery
    (
        choose: unit -> int,
        note: string -> unit,
        moment: unit -> Interrupt option,
        now: unit -> DateTimeOffset
    ) =
    let ends = Dictionary<string, ChildEnding>()
    let there = HashSet<string>()
    let bornCancelled = HashSet<string>()
    let counts = Dictionary<string, int64>()
    let mutable round: Round option = None
    let mutable heard: (string -> unit) option = None

    let endOf (child: AwaitedChild) =
        match ends.TryGetValue child.Child.RunId with
        | true, ending -> Some ending
        | _ -> None

    let hasEnded child = (endOf child).IsSome

    /// Behind the one that a retry has taken back.
    let hasEndedAnew (child: AwaitedChild) =
        endOf child |> Option.exists (fun ending -> ending.Sequence > child.After)

    let isRunning (child: AwaitedChild) =
        there.Contains child.Child.RunId && not (hasEnded child)

    let finish (child: AwaitedChild, fate: Fate) =
        let id = child.Child.RunId

        let fate = if bornCancelled.Contains id then Fate.Cancelled else fate

        counts[id] <- counts.GetValueOrDefault(id, 0L) + 1L

        ends[id] <- {
            RunId = id
            Status = Reading.status fate
            Exit = if fate.IsCompleted then Script.childExit else null
            Output =
                if fate.IsCompleted then
                    Reading.stored (Script.given (Reading.integer child.Input))
                else
                    null
            Error =
                if fate.IsCompleted then
                    null
                else
                    CanoError.Of(Fault.TaskExecution $"the child is {fate}")
            Index = child.Child.Index
            Sequence = counts[id]
        }

    let isLast (children: AwaitedChild list) (child: AwaitedChild) =
        (List.last children).Child.RunId = child.Child.RunId

    let quiet = {
        Who = None
        IsHeard = false
        IsLate = false
        Tells = true
    }

    let decided (children: AwaitedChild list) (waited: Waited) =
        match waited with
        | Waited.Late -> { quiet with IsLate = true }
        | Waited.Ends(place, fate, isHeard) ->
            let who = List.item place children

            {
                quiet with
                    Who = Some(who, fate)
                    IsHeard = isHeard || not (isRunning who)
            }

    let awaiting (children: AwaitedChild list) (due: Nullable<DateTimeOffset>) =
        match moment () with
        | Some _ -> { quiet with Tells = false }
        | None when children |> List.exists hasEndedAnew -> quiet
        | None when due.HasValue && now () >= due.Value -> { quiet with IsLate = true }
        | None -> decided children (Script.awaited due.HasValue children.Length (choose ()))

    let recalling (children: AwaitedChild list) =
        match moment () with
        | Some Interrupt.Suspend -> { quiet with Tells = false }
        | _ when children |> List.exists hasEnded -> quiet
        | _ -> decided children (Script.recalled children.Length (choose ()))

    /// What the wait comes to is decided at its first look.
    let begin' (decide: unit -> Round) =
        match round with
        | Some round -> round
        | None ->
            let decided = decide ()
            round <- Some decided

            if not decided.IsHeard then
                Option.iter finish decided.Who

            decided

    /// The parent waits anew, and hears of ends.
    member _.Watch(hears: string -> unit) =
        heard <- Some hears
        round <- None

    member _.Unwatch() = heard <- None
    member _.IsWatched = heard.IsSome

    /// Their time comes while the parent waits.
    member _.IsLate = round |> Option.exists _.IsLate

    member private _.Ask(isEnd, ask, decide, children: AwaitedChild list, child: AwaitedChild) =
        let before = begin' decide

        if before.Tells && isEnd child then
            endOf child
        else
            ask child

            match before.Who with
            | Some(who, fate) when before.IsHeard && isLast children child ->
                finish (who, fate)
                round <- Some quiet
                heard |> Option.iter (fun hears -> hears who.Child.RunId)
            | _ -> ()

            None

    /// The parent looks at one of its children under way.
    member this.Look
        (children: AwaitedChild list, due: Nullable<DateTimeOffset>, child: AwaitedChild)
        =
        let ask (child: AwaitedChild) =
            let id = child.Child.RunId

            if there.Add id then
                note $"begin {id} {Reading.value child.Input}"
            elif hasEnded child && not (hasEndedAnew child) then
                note $"retry {id}"
                ends.Remove id |> ignore

        this.Ask(hasEndedAnew, ask, (fun () -> awaiting children due), children, child)

    /// The parent does not need one of them any more.
    member this.Recall(children: AwaitedChild list, child: AwaitedChild) =
        let ask (child: AwaitedChild) =
            let id = child.Child.RunId

            if there.Add id then
                bornCancelled.Add id |> ignore
                note $"begin {id} cancelled"
            elif isRunning child then
                note $"cancel {id}"

        this.Ask(hasEnded, ask, (fun () -> recalling children), children, child)
