namespace Cano.Properties

open System
open System.Collections.Generic
open Cano
open FsCheck
open FsCheck.FSharp

/// Random workflows without wiring problems: every step kind, retries, splits, declared edges.
[<RequireQualifiedAccess>]
module Definitions =

    let noRetry = {
        Retry = RetryMode.None
        AttemptTimeout = Nullable()
    }

    let state name step : StateDefinition = {
        Name = name
        Task = name + "Task"
        Step = step
        To = null
    }

    let workflow states exits : Definition = {
        Name = "orders"
        Version = 3u
        States = Array.ofSeq states
        Exits = Array.ofSeq exits
        TotalTimeout = Nullable()
        CompensationTimeout = Nullable()
        SnapshotEvery = 256
    }

    let branches (count: int) : IReadOnlyList<string> =
        Array.init count (fun i -> $"branch{i}")

    let strategy branches =
        Gen.oneof [
            Gen.constant JoinStrategy.All
            Gen.constant JoinStrategy.Any
            Gen.constant JoinStrategy.PartialTimeout
            Gen.choose (1, branches) |> Gen.map JoinStrategy.Quorum
            Gen.choose (1, branches) |> Gen.map JoinStrategy.PartialResults
            Gen.choose (1, 100)
            |> Gen.map (fun p -> JoinStrategy.Percentage(float p / 100.0))
        ]

    let private retry =
        Gen.frequency [
            1, Gen.constant RetryMode.None
            2,
            Gen.map2
                (fun retries ms -> RetryMode.Fixed(retries, TimeSpan.FromMilliseconds(float ms)))
                (Gen.choose (1, 2))
                (Gen.elements [ 0; 20; 1000; 1000; 3000 ])
            1,
            Gen.choose (1, 3)
            |> Gen.map (fun retries ->
                RetryMode.ExponentialCustom(retries, TimeSpan.FromMilliseconds 600.0, 2.0))
            1,
            Gen.choose (0, 3)
            |> Gen.bind (fun count -> Gen.listOfLength count (Gen.elements [ 0; 20; 1000; 3000 ]))
            |> Gen.map (fun delays ->
                RetryMode.Delays(delays |> List.map (float >> TimeSpan.FromMilliseconds)))
        ]

    let private policy = retry |> Gen.map (fun retry -> { noRetry with Retry = retry })

    let private split names = gen {
        let! count = Gen.choose (1, 4)
        let! isListed = Gen.elements [ true; true; false ]
        let! strategy = strategy count
        let! hasTimeout = Gen.elements [ true; false ]
        let! waitForAll = Gen.frequency [ 4, Gen.constant false; 1, Gen.constant true ]
        let! next = Gen.elements names
        let! journaled = Gen.elements [ true; false ]

        return
            StepKind.Split {
                Strategy = strategy
                Next = next
                Branches = if isListed then withNull (branches count) else null
                Timeout =
                    if hasTimeout || strategy = JoinStrategy.PartialTimeout then
                        Nullable(TimeSpan.FromMinutes 1.0)
                    else
                        Nullable()
                Bulkhead = Nullable()
                WaitForAll = waitForAll
                Journaled = journaled
            }
    }

    let private edges names =
        let some (names: string list) : IReadOnlyList<string> | null =
            Array.ofList (List.distinct names)

        Gen.frequency [
            3, Gen.constant null
            1, Gen.map some (Gen.nonEmptyListOf (Gen.elements names))
        ]

    let private signal names i = gen {
        let! policy = policy
        let! ways = edges names

        return {
            Name = $"signal{i}"
            Policy = policy
            To = ways
        }
    }

    let private wait names = gen {
        let! count = Gen.choose (0, 3)
        let! signals = List.init count (signal names) |> Gen.sequenceToList
        let! span = Gen.choose (0, 9_999)
        let! next = Gen.elements names
        let! hasEnd = Gen.elements [ true; false ]

        let ending = {
            Span = TimeSpan.FromMinutes(float span)
            Next = next
        }

        return
            StepKind.Wait {
                Signals = Array.ofList signals
                Deadlines = if hasEnd || count = 0 then [| ending |] else [||]
            }
    }

    let private children names = gen {
        let! isOne = Gen.elements [ true; false; false; false ]
        let! split = split names
        let! bulkhead = Gen.elements [ Nullable(); Nullable(); Nullable 2 ]

        let child name = {
            Name = name
            WorkflowName = "child"
            WorkflowVersion = 1u
            InitialState = "Start"
        }

        return
            StepKind.Children(
                match split with
                | StepKind.Split join when not isOne -> {
                    Children =
                        match join.Branches with
                        | null -> [| child "" |]
                        | names -> [| for name in names -> child name |]
                    Join = {
                        join with
                            Next = null
                            Journaled = false
                            Bulkhead = bulkhead
                    }
                  }
                | _ -> {
                    Children = [| child "" |]
                    Join = null
                  }
            )
    }

    let private step names =
        Gen.frequency [
            4, children names
            3, wait names
            3, policy |> Gen.map StepKind.Single
            2, policy |> Gen.map StepKind.Pure
            2, policy |> Gen.map StepKind.Router
            5,
            policy
            |> Gen.map (fun policy -> StepKind.Compensatable(policy, TaskPolicy.Once))
            2, policy |> Gen.map StepKind.Timer
            2, policy |> Gen.map StepKind.Stepped
            1, policy |> Gen.map StepKind.Stream
            3, split names
        ]

    /// A definition and the names of its states and exits.
    let sound = gen {
        let! count = Gen.choose (2, 7)

        let! exits =
            Gen.elements [ [ "Done" ]; [ "Done" ]; [ "Done"; "Rejected" ]; [ "Done"; "S1" ] ]

        let own = List.init count (fun i -> $"S{i}")
        let names = List.distinct (own @ exits)

        let! states =
            own
            |> List.map (fun name -> gen {
                let! step = step names
                let! ways = edges names
                return { state name step with To = ways }
            })
            |> Gen.sequenceToList

        let! initial = Gen.frequency [ 19, Gen.elements own; 1, Gen.elements exits ]
        let! every = Gen.frequency [ 3, Gen.constant 256; 2, Gen.choose (1, 6) ]

        let definition = {
            workflow states exits with
                SnapshotEvery = every
        }

        return definition, initial
    }
