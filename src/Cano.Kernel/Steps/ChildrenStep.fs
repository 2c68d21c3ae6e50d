namespace Cano.Kernel

open System
open System.Collections.Generic
open Cano

/// Runs that a state starts and waits for.
[<RequireQualifiedAccess>]
module internal ChildrenStep =

    let private problems (children: ChildrenDefinition) (known: HashSet<string>) state = [
        match children.Join with
        | null -> ()
        | join -> yield! SplitStep.problems join known state

        for name, count in children.Children |> Seq.countBy _.Name do
            if count > 1 then
                Words.sentence
                    $"State '{state}' starts {count} children of the name '{name}'; give each its own"
    ]

    let private label (children: ChildrenDefinition) =
        match children.Join with
        | null -> Words.sentence $"child {children.Children[0].WorkflowName}"
        | join when isNull join.Branches ->
            Words.sentence $"children {children.Children[0].WorkflowName}"
        | _ -> "children " + String.Join(", ", children.Children |> Seq.map _.Name)

    let private count (children: ChildrenDefinition) =
        match children.Join with
        | NonNull join when isNull join.Branches -> 1
        | _ -> children.Children.Count

    let private child (children: ChildrenDefinition) index : ChildStart =
        let child = children.Children[min index (children.Children.Count - 1)]

        {
            RunId = Words.sentence $"child-{index}"
            WorkflowName = child.WorkflowName
            WorkflowVersion = child.WorkflowVersion
            InitialState = child.InitialState
            Input = null
            Index = index
            Data = StateData.None
        }

    let private ending
        (children: ChildrenDefinition)
        (error: CanoError | null)
        index
        : ChildEnding =
        let child = child children index

        {
            RunId = child.RunId
            Status =
                if isNull error then
                    RowStatus.Completed
                else
                    RowStatus.Failed
            Exit = if isNull error then child.InitialState else null
            Output = null
            Error = error
            Index = index
            Sequence = 0L
            Data = StateData.None
        }

    /// Each is given nothing, and has all the time there is: a walk takes none.
    let private listed (children: ChildrenDefinition) : Answer list =
        match children.Join with
        | null -> []
        | join -> [
            Answer.ItemsListed {
                Items = Array.replicate (count children) null
                Due =
                    if join.Timeout.HasValue then
                        Nullable DateTimeOffset.MaxValue
                    else
                        Nullable()
            }
          ]

    /// As many children as may be under way at once, then the next ones.
    let private waves (children: ChildrenDefinition) : int list list =
        let bulkhead =
            match children.Join with
            | NonNull join when join.Bulkhead.HasValue -> join.Bulkhead.Value
            | _ -> count children

        [ 0 .. count children - 1 ] |> List.chunkBySize bulkhead

    let private begun children indices : Answer list =
        indices |> List.map (child children >> Answer.ChildNamed)

    let private ended (ending: int -> ChildEnding) indices : Answer list =
        indices |> List.map (ending >> Fact.ChildEnded >> Answer.WokenBy)

    /// All end alike.
    let private walked children (error: CanoError | null) : Answer list = [
        yield! listed children

        for wave in waves children do
            yield! begun children wave
            yield! ended (ending children error) wave
    ]

    let private walk (children: ChildrenDefinition) : WalkAnswers = {
        Succeeds =
            fun struct (next, _) -> walked children null @ [ Answer.Succeeded(Target.Of next) ]
        Fails = fun failure -> walked children failure.Error @ [ Answer.Failed failure ]
        GivesUp = fun error -> [ Answer.FailedForGood error ]
        Stops =
            fun _ ->
                let cancelled index = {
                    ending children (CanoError.Of Fault.Cancelled) index with
                        Status = RowStatus.Cancelled
                }

                // The run waits for its children when all are begun that may be.
                let first = List.head (waves children)
                struct (listed children @ begun children first, ended cancelled first)
    }

    let traits (children: ChildrenDefinition) : StepTraits = {
        Label = label children
        Shape = StepShape.Hexagon
        Undo = null
        LeavesRow = true
        Durability = Durability.Durable
        Retry = fun _ -> RetryMode.None
        Ways = null
        Begin = Effect.RunTask
        During = Phase.Running
        Children = children
        Journaled = null
        Problems = problems children
        Walk = walk children
    }
