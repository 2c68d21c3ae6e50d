namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// A state of a plan, with everything a transition looks at prepared.
[<NoComparison; ReferenceEquality>]
type Node = {
    Number: int
    Name: string
    Task: string
    IsExit: bool
    /// What the kind of the state's step answers; null for an exit state.
    Traits: StepTraits | null
    /// What follows a failed attempt, by what the visit's wait has ended in.
    Retry: (Row | null) -> RetryMode
    /// Entering it writes a row before its task runs.
    LeavesRow: bool
    /// When that row has to be durable.
    Durability: Durability
    /// The numbers of the states that a task may choose; null when the state does not declare all
    /// of its edges.
    Allowed: int[] | null
    /// What starts the state's work; of an exit, what ends the run.
    Begin: Effect
    /// What a run does from then on.
    During: Phase
}

/// A validated definition, compiled once: states are numbered and the effects of the common path
/// are made. The numbers live in memory only; rows and texts have names.
[<Sealed>]
type Plan
    private
    (
        definition: Definition,
        nodes: Node[],
        numbers: Dictionary<string, int>,
        nameIn: Func<string, string | null>
    ) =

    member _.Definition = definition
    member _.Nodes: IReadOnlyList<Node> = nodes
    member _.Node(state: int) : Node = nodes[state]
    member _.NameOf(state: int) : string = nodes[state].Name

    /// The number of a state by any of its names, or -1 when the plan does not know the name.
    member _.NumberOf(name: string) : int =
        match numbers.TryGetValue name with
        | true, number -> number
        | _ ->
            match nameIn.Invoke name with
            | null -> -1
            | name ->
                match numbers.TryGetValue name with
                | true, number -> number
                | _ -> -1

    /// Whether a state's declared edges allow its choice of the next.
    member internal _.Allows(state: int, next: int) : bool =
        match nodes[state].Allowed with
        | null -> true
        | allowed -> Array.IndexOf(allowed, next) >= 0

    /// Why a state's choice of the next is refused; null when its declared edges allow it.
    member internal this.Refusal(state: int, next: int) : CanoError | null =
        if this.Allows(state, next) then
            null
        else
            let text =
                Words.sentence
                    $"State '{nodes[state].Name}' returned '{nodes[next].Name}', which its declared edges do not allow"

            CanoError.Of(Fault.Workflow text)

    /// What follows a failed attempt to undo a step of the state with this name.
    member this.UndoRetry(name: string) : RetryMode =
        match this.NumberOf name with
        | -1 -> RetryMode.None
        | number ->
            match nodes[number].Traits with
            | null -> RetryMode.None
            | traits ->
                match traits.Undo with
                | null -> RetryMode.None
                | retry -> retry

    /// The runs that a state starts; null when it starts none.
    member _.ChildrenOf(state: int) : ChildrenDefinition | null =
        match nodes[state].Traits with
        | null -> null
        | traits -> traits.Children

    /// The branches of a state that rows tell of; null when it has none.
    member internal _.JournaledOf(state: int) : SplitDefinition | null =
        match nodes[state].Traits with
        | null -> null
        | traits -> traits.Journaled

    /// Whether rows tell of children or of branches of a state.
    member internal this.FansOut(state: int) : bool =
        not (isNull (this.ChildrenOf state) && isNull (this.JournaledOf state))

    /// The longest a rollback may take; null when it may take for ever.
    member _.RollbackTimeout: Nullable<TimeSpan> =
        if definition.CompensationTimeout.HasValue then
            definition.CompensationTimeout
        elif definition.TotalTimeout.HasValue then
            Nullable(min (definition.TotalTimeout.Value / 2.0) (TimeSpan.FromSeconds 30.0))
        else
            Nullable()

    /// Compiles a definition in which Check.wiring finds no problem.
    static member Compile(definition: Definition) : Plan =
        Plan.Compile(definition, [], (fun _ -> null))

    /// As Compile(definition), of states that rows may also have under other names: pairs of such a
    /// name and the one in the definition. nameIn: gives the name of the state of which rows have
    /// the text of a value in place of a name; null when it is of none.
    static member Compile
        (
            definition: Definition,
            aliases: struct (string * string) seq,
            nameIn: Func<string, string | null>
        ) : Plan =
        let exits = HashSet<string>(definition.Exits)
        let most = definition.States.Count + definition.Exits.Count
        let numbers = Dictionary<string, int>(most)

        for state in definition.States do
            numbers.TryAdd(state.Name, numbers.Count) |> ignore

        for exit in definition.Exits do
            numbers.TryAdd(exit, numbers.Count) |> ignore

        let nodes = Array.zeroCreate<Node> numbers.Count

        for exit in definition.Exits do
            let number = numbers[exit]
            nodes[number] <- Plan.Exit(number, exit)

        for state in definition.States do
            if not (exits.Contains state.Name) then
                let number = numbers[state.Name]
                nodes[number] <- Plan.Working(numbers, number, state)

        for struct (alias, name) in aliases do
            numbers.TryAdd(alias, numbers[name]) |> ignore

        Plan(definition, nodes, numbers, nameIn)

    static member private Exit(number, name) : Node =
        let outcome = Outcome.Completed number

        {
            Number = number
            Name = name
            Task = ""
            IsExit = true
            Traits = null
            Retry = fun _ -> RetryMode.None
            LeavesRow = true
            Durability = Durability.Durable
            Allowed = null
            Begin = Effect.Finish outcome
            During = Phase.Ended outcome
        }

    /// The numbers of the states that the declared edges lead to.
    static member private Allowed(numbers: Dictionary<string, int>, edges: Edge list) : int[] = [|
        for edge in edges -> numbers[edge.Next]
    |]

    static member private Working
        (numbers: Dictionary<string, int>, number, state: StateDefinition)
        : Node =
        let traits = Steps.traits state.Step
        let ways = Steps.waysOf traits state

        {
            Number = number
            Name = state.Name
            Task = state.Task
            IsExit = false
            Traits = traits
            Retry = traits.Retry
            LeavesRow = traits.LeavesRow
            Durability = traits.Durability
            Allowed =
                if ways.AreAll then
                    Plan.Allowed(numbers, ways.Edges)
                else
                    null
            Begin = traits.Begin number
            During = traits.During
        }
