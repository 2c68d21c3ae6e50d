namespace Cano.FSharp

open Cano

/// What `workflow { … }` understands. Operations come in any order; one that says something of a
/// state names it.
[<Sealed>]
type WorkflowBuilder internal () =
    inherit FanOutOperations()

    /// A workflow of which nothing is said yet.
    member _.Yield(()) : Draft<'S, Naming> =
        Draft(Naming(), Resources(), [], [], [])

    /// Ends it.
    member _.Run(draft: Draft<'S, Naming>) : Workflow<'S> = draft.End()

    /// Gives its tasks a resource under a key. What `store` holds is `ctx.Store`.
    [<CustomOperation "resource">]
    member _.Resource(draft: Draft<'S, 'W>, key: string, value: obj) =
        draft.Inserting(fun resources -> resources.Insert(key, value))

    /// Makes a resource for each run, and sets it up and tears it down with the run.
    [<CustomOperation "resourcePerRun">]
    member _.ResourcePerRun(draft: Draft<'S, 'W>, key: string, make: unit -> 'T) =
        draft.Inserting(fun resources ->
            resources.InsertPerRun(key, fun () -> box (make ()) |> Unchecked.nonNull))

    /// Names the workflow; the name stands in the first row of its runs.
    [<CustomOperation "name">]
    member _.Name(draft: Draft<'S, 'W>, name: string) = draft.Setting _.WithName(name)

    /// The states in which runs end.
    [<CustomOperation "exits">]
    member _.Exits(draft: Draft<'S, 'W>, states: seq<'S>) = draft.Setting _.AddExitStates(states)

    /// Whatever else the workflow can be told: `configure (fun w -> w.WithTotalTimeout span)`.
    [<CustomOperation "configure">]
    member _.Configure(draft: Draft<'S, 'W>, change: Workflow<'S> -> Workflow<'S>) =
        draft.Setting change

    /// How the task of a state is tried: retries and their delays, an attempt's timeout, a breaker.
    [<CustomOperation "attempts">]
    member inline _.Attempts< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, config: TaskConfig)
        : Draft< ^S, ^W > =
        draft.Saying(Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case), Saying.attempts config)

    /// The states that may follow a state; another answer then fails the run.
    [<CustomOperation "edges">]
    member inline _.Edges< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, states: seq< ^S >)
        : Draft< ^S, ^W > =
        draft.Saying(Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case), Saying.edges states)

    /// How the compensation of a state is tried; once unless said.
    [<CustomOperation "undo">]
    member inline _.Undo< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, config: TaskConfig)
        : Draft< ^S, ^W > =
        draft.Saying(Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case), Saying.undo config)

    /// How many items of a batch are under way at once, at least 1; 1 unless said.
    [<CustomOperation "concurrency">]
    member inline _.Concurrency< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, n: int)
        : Draft< ^S, ^W > =
        draft.Saying(Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case), Saying.concurrency n)

    /// When a window of a stream is full; with each output unless said.
    [<CustomOperation "window">]
    member inline _.Window< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, window: StreamWindow)
        : Draft< ^S, ^W > =
        draft.Saying(Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case), Saying.window window)

    /// What a failed item does to a stream; the first ends it unless said.
    [<CustomOperation "itemErrors">]
    member inline _.ItemErrors< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C, policy: ItemErrorPolicy)
        : Draft< ^S, ^W > =
        draft.Saying(Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case), Saying.itemErrors policy)

    /// A state in which runs end.
    [<CustomOperation "exit">]
    member inline _.Exit< ^S, ^W, ^C
        when ^S: not null and (^W or ^C): (static member Place: ^W * ^C -> Place< ^S >)>
        (draft: Draft< ^S, ^W >, case: ^C)
        : Draft< ^S, ^W > =
        draft.Setting(Ending.at (Naming.PlaceOf< ^W, ^C, ^S>(draft.Naming, case)))

/// What begins a workflow.
[<AutoOpen>]
module Begin =

    /// A workflow: what is done in each of its states, and where it ends.
    let workflow = WorkflowBuilder()
