namespace Cano.Properties

open Cano
open Cano.Kernel
open FsCheck
open FsCheck.FSharp

/// Random runs, and smaller ones of the same kind for a failing law.
[<RequireQualifiedAccess>]
module Scenarios =

    let private rarely chance (gen: Gen<'T>) =
        Gen.frequency [ 100 - chance, Gen.constant None; chance, Gen.map Some gen ]

    let private scenario interruptChance appendChance crashChance = gen {
        let! definition, initial = Definitions.sound
        let! length = Gen.choose (4, 60)
        let! choices = Gen.listOfLength length (Gen.choose (0, 9_999))
        let! journaled = Gen.frequency [ 4, Gen.constant true; 1, Gen.constant false ]

        let! interrupt =
            rarely
                interruptChance
                (Gen.zip (Gen.choose (0, 15)) (Gen.elements [ true; true; false ]))

        let! appendFails = rarely appendChance (Gen.choose (0, 8))
        let! crashes = rarely crashChance (Gen.nonEmptyListOf (Gen.choose (0, 12)))

        return {
            Definition = definition
            Initial = initial
            Journaled = journaled
            Choices = choices
            Interrupt = interrupt
            Asked = None
            AppendFails = appendFails
            Crashes = defaultArg crashes []
        }
    }

    let private smaller (scenario: Scenario) = seq {
        if scenario.Asked.IsSome then
            { scenario with Asked = None }

        if scenario.Interrupt.IsSome then
            { scenario with Interrupt = None }

        if scenario.AppendFails.IsSome then
            { scenario with AppendFails = None }

        if not scenario.Crashes.IsEmpty then
            {
                scenario with
                    Crashes = scenario.Crashes.Tail
            }

        for length in [ scenario.Choices.Length / 2; scenario.Choices.Length - 1 ] do
            if length >= 0 && length < scenario.Choices.Length then
                {
                    scenario with
                        Choices = List.truncate length scenario.Choices
                }
    }

    /// Anything may happen: requests to stop, failing appends, crashes.
    let any = Arb.fromGenShrink (scenario 48 20 20, smaller)

    /// Journaled runs that anything may happen to.
    let journaled =
        Arb.fromGenShrink (
            scenario 40 20 20
            |> Gen.map (fun scenario -> { scenario with Journaled = true }),
            smaller
        )

    /// Nobody asks to stop and the disk works, but the process may die.
    let undisturbed = Arb.fromGenShrink (scenario 0 0 25, smaller)

    /// Every run is asked to stop at some point.
    let stopped = Arb.fromGenShrink (scenario 100 0 0, smaller)

    /// Nearly every step is one that can be undone, and any state may follow.
    let private saga (scenario: Scenario) =
        let compensatable (i: int) (state: StateDefinition) =
            match state.Step with
            | StepKind.Children _ when i % 2 = 0 -> {
                state with
                    Step = StepKind.Compensatable(Definitions.noRetry, TaskPolicy.Once)
                    To = null
              }
            | StepKind.Single policy
            | StepKind.Router policy
            | StepKind.Timer policy
            | StepKind.Stepped policy
            | StepKind.Stream policy -> {
                state with
                    Step = StepKind.Compensatable(policy, TaskPolicy.Once)
                    To = null
              }
            | _ -> state

        {
            scenario with
                Definition = {
                    scenario.Definition with
                        States = scenario.Definition.States |> Seq.mapi compensatable |> Array.ofSeq
                }
        }

    /// Sagas that anything may happen to.
    let sagas = Arb.fromGenShrink (scenario 36 12 60 |> Gen.map saga, smaller)

    /// Sagas whose compensations are tried again, after a short delay and after a journaled one.
    let patientSagas =
        let tried times (seconds: float) = {
            TaskPolicy.Once with
                Retry = RetryMode.Fixed(times, System.TimeSpan.FromSeconds seconds)
        }

        let undos = [| tried 2 2.0; tried 1 0.005; tried 1 90.0 |]

        let patient (scenario: Scenario) =
            let undone i (state: StateDefinition) =
                match state.Step with
                | StepKind.Compensatable(policy, _) -> {
                    state with
                        Step = StepKind.Compensatable(policy, undos[i % undos.Length])
                  }
                | _ -> state

            {
                scenario with
                    Definition = {
                        scenario.Definition with
                            States = scenario.Definition.States |> Seq.mapi undone |> Array.ofSeq
                    }
            }

        Arb.fromGenShrink (scenario 30 12 60 |> Gen.map (saga >> patient), smaller)

    let private forGood: Gen<RunEvent> =
        Gen.elements [ withNull "they changed their mind"; null ]
        |> Gen.map (fun reason ->
            RunEvent.CancelRequested {
                Reason = reason
                RequestedAt = System.DateTimeOffset(2026, 1, 2, 3, 4, 5, System.TimeSpan.Zero)
            })

    /// Journaled runs that are asked for what the generator gives, of every kind and as sagas.
    let private asked interruptChance crashChance (what: Gen<RunEvent>) =
        let one = gen {
            let! drawn = scenario interruptChance 0 crashChance
            let! scenario = Gen.elements [ drawn; saga drawn; saga drawn ]
            let! at = Gen.choose (1, 14)
            let! what = what

            return {
                scenario with
                    Journaled = true
                    Asked = Some(at, what)
            }
        }

        Arb.fromGenShrink (one, smaller)

    /// They are to rest, and go on afterwards.
    let suspended = asked 0 0 (Gen.constant RunEvent.SuspendRequested)

    /// They are to go back for good.
    let cancelled = asked 0 0 forGood

    /// They are asked for either, while their callers and their processes give up too.
    let askedAndDisturbed =
        asked 30 40 (Gen.oneof [ forGood; Gen.constant RunEvent.SuspendRequested ])

    /// Sagas that nobody asks to stop.
    let undisturbedSagas = Arb.fromGenShrink (scenario 0 0 0 |> Gen.map saga, smaller)

    /// Sagas that are asked to stop, most of them in the middle of a step.
    let stoppedInStep =
        let early = gen {
            let! scenario = scenario 100 0 0
            let! journaled = Gen.elements [ false; false; true ]
            let! at = Gen.choose (1, 5)
            let! isCancel = Gen.elements [ true; false ]

            return {
                saga scenario with
                    Journaled = journaled
                    Interrupt = Some(at, isCancel)
            }
        }

        Arb.fromGenShrink (early, smaller)
