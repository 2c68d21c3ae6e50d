namespace Cano.Properties

open System
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// What holds of every breaker that can be reached.
type CircuitLaws(output: ITestOutputHelper) =
    inherit Laws(output)

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
    [<Law(2_000)>]
    member law.``a success changes nothing in a quiet breaker, and an acquire nothing in a closed one``
        ()
        =
        law.Holds [ "closed"; "open"; "half-open" ] moves
        <| fun list ->
            let now, breaker = reach list

            if breaker.IsQuiet then
                Law.equal breaker (Circuit.succeeded policy breaker.Epoch breaker)

            if breaker.State = CircuitState.Closed then
                Law.equal
                    { IsAdmitted = true; Breaker = breaker }
                    (Circuit.acquire policy now breaker)

            cases breaker

    [<Law(2_000)>]
    [<Trait("ID", "N6")>]
    member law.``an answer from another epoch changes nothing``() =
        law.Holds [ "closed"; "open"; "half-open" ] moves
        <| fun list ->
            let now, breaker = reach list

            for epoch in [ breaker.Epoch - 1L; breaker.Epoch + 1L ] do
                Law.equal breaker (Circuit.succeeded policy epoch breaker)
                Law.equal breaker (Circuit.failed policy epoch now breaker)
                Law.equal breaker (Circuit.released epoch breaker)

            cases breaker

    [<Law(2_000)>]
    [<Trait("ID", "N3")>]
    member law.``trials under way are never more than the policy allows``() =
        law.Holds [ "half-open" ] moves
        <| fun list ->
            let _, breaker = reach list
            Assert.InRange(breaker.Trials, 0, policy.HalfOpenMaxCalls)
            cases breaker

    [<Law(2_000)>]
    [<Trait("ID", "N1")>]
    member law.``so many failures in a row open a closed breaker, and a success starts the count anew``
        ()
        =
        law.Holds [ "closed"; "half-open" ] moves
        <| fun list ->
            let now, breaker = reach list

            let fail (breaker: Breaker) =
                Circuit.failed policy breaker.Epoch now breaker

            if breaker.State = CircuitState.Closed then
                let left = policy.FailureThreshold - breaker.Failures
                let last = (breaker, [ 2..left ]) ||> List.fold (fun it _ -> fail it)
                Law.equal CircuitState.Closed last.State
                Law.equal CircuitState.Open (fail last).State
                Assert.True((Circuit.succeeded policy last.Epoch last).IsQuiet)

            cases breaker

    [<Law(2_000)>]
    [<Trait("ID", "N2")>]
    member law.``an open breaker refuses until its time is up, and lets a trial pass then``() =
        law.Holds [ "open" ] moves
        <| fun list ->
            let now, breaker = reach list

            if breaker.State = CircuitState.Open then
                let refused = Circuit.acquire policy (breaker.Until - 1L) breaker

                Law.equal
                    {
                        IsAdmitted = false
                        Breaker = breaker
                    }
                    refused

                let trial = Circuit.acquire policy breaker.Until breaker
                Assert.True trial.IsAdmitted
                Law.equal (CircuitState.HalfOpen, 1) (trial.Breaker.State, trial.Breaker.Trials)
                Law.equal breaker (Circuit.failed policy breaker.Epoch now breaker)

            cases breaker

    [<Law(2_000)>]
    [<Trait("ID", "N3"); Trait("ID", "N4")>]
    member law.``a half-open breaker is full with its trials, closes after as many successes, and opens at a failure``
        ()
        =
        law.Holds [ "half-open" ] moves
        <| fun list ->
            let now, breaker = reach list

            if breaker.State = CircuitState.HalfOpen then
                let isFull = breaker.Trials = policy.HalfOpenMaxCalls
                Law.equal (not isFull) (Circuit.acquire policy now breaker).IsAdmitted
                let freed = Circuit.released breaker.Epoch breaker
                Law.equal (max 0 (breaker.Trials - 1)) freed.Trials
                let after = Circuit.succeeded policy breaker.Epoch breaker
                let isLast = breaker.Successes + 1 = policy.HalfOpenMaxCalls

                Law.equal
                    (if isLast then
                         CircuitState.Closed
                     else
                         CircuitState.HalfOpen)
                    after.State

                let opened = Circuit.failed policy breaker.Epoch now breaker
                Law.equal (CircuitState.Open, now + 4L) (opened.State, opened.Until)

            cases breaker

    [<Fact>]
    [<Trait("ID", "N2")>]
    member _.``a breaker opened for ever stays open``() =
        let forever = CircuitPolicy(1, Nullable TimeSpan.MaxValue, 1)
        let opened = Circuit.failed forever 0L 5L Circuit.closed
        Law.equal Int64.MaxValue opened.Until
        Assert.False((Circuit.acquire forever (Int64.MaxValue - 1L) opened).IsAdmitted)

    [<Fact>]
    [<Trait("ID", "N7")>]
    member _.``policies say what they were made of, and are equal when they say the same``() =
        let bare = CircuitPolicy(5, Nullable(), 1)
        Assert.False bare.ResetTimeout.HasValue
        let told = CircuitPolicy(5, Nullable(TimeSpan.FromSeconds 30.0), 1)
        Law.equal bare told
        Law.equal (hash bare) (hash told)
        Law.equal "opens after 5 failures for 30 s, then 1 trial at once" (string told)

        for other in
            [
                CircuitPolicy(6, Nullable(), 1)
                CircuitPolicy(5, Nullable(TimeSpan.FromSeconds 31.0), 1)
                CircuitPolicy(5, Nullable(), 2)
            ] do
            Assert.False(bare.Equals other)

        Assert.False(bare.Equals "a text")
