namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open Xunit
open Xunit.Abstractions

/// What holds of every breaker that can be reached.
type CircuitLaws(output: ITestOutputHelper) =

    let policy = CircuitPolicy(3, Nullable(TimeSpan.FromTicks 4L), 2)

    /// One call or answer, and the ticks until the next.
    let moves =
        Gen.zip (Gen.choose (0, 5)) (Gen.choose (0, 3)) |> Gen.listOf |> Arb.fromGen

    let move (now, breaker: Breaker) (kind, ticks) =
        let after =
            match kind with
            | 0
            | 1 -> (Circuit.acquire policy now breaker).Breaker
            | 2 -> Circuit.succeeded policy breaker.Epoch breaker
            | 3 -> Circuit.released breaker.Epoch breaker
            | _ -> Circuit.failed policy breaker.Epoch now breaker

        now + int64 ticks, after

    let reach = List.fold move (0L, Circuit.closed)

    let cases (breaker: Breaker) =
        Law.met [
            "closed", breaker.State = CircuitState.Closed
            "open", breaker.State = CircuitState.Open
            "half-open", breaker.State = CircuitState.HalfOpen
        ]

    /// What lets a healthy breaker go without a lock.
    [<Fact>]
    member _.``a success changes nothing in a quiet breaker, and an acquire nothing in a closed one``
        ()
        =
        Law.holds output 2000 [ "closed"; "open"; "half-open" ] moves
        <| fun list ->
            let now, breaker = reach list

            if breaker.IsQuiet then
                Law.equal breaker (Circuit.succeeded policy breaker.Epoch breaker)

            if breaker.State = CircuitState.Closed then
                Law.equal
                    { IsAdmitted = true; Breaker = breaker }
                    (Circuit.acquire policy now breaker)

            cases breaker

    [<Fact>]
    member _.``N6 an answer from another epoch changes nothing``() =
        Law.holds output 2000 [ "closed"; "open"; "half-open" ] moves
        <| fun list ->
            let now, breaker = reach list

            for epoch in [ breaker.Epoch - 1L; breaker.Epoch + 1L ] do
                Law.equal breaker (Circuit.succeeded policy epoch breaker)
                Law.equal breaker (Circuit.failed policy epoch now breaker)
                Law.equal breaker (Circuit.released epoch breaker)

            cases breaker

    [<Fact>]
    member _.``N3 trials under way are never more than the policy allows``() =
        Law.holds output 2000 [ "half-open" ] moves
        <| fun list ->
            let _, breaker = reach list
            Assert.InRange(breaker.Trials, 0, policy.HalfOpenMaxCalls)
            cases breaker
