namespace Cano.Properties

open System
open System.Threading
open Cano
open Cano.Kernel
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// How often a failed attempt is repeated, and after which delay.
type Retries(output: ITestOutputHelper) =
    inherit Laws(output)

    let error = CanoError.Of(Fault.TaskExecution "failed")
    let ms (value: int) = TimeSpan.FromMilliseconds(float value)

    let delay mode attempt chance =
        match Retry.decide mode attempt error chance with
        | RetryDecision.GiveUp -> failwith "The attempt is not repeated."
        | RetryDecision.RetryAfter delay -> delay

    let delays mode count =
        [ 1..count ]
        |> List.map (fun attempt -> (delay mode attempt 0.5).TotalMilliseconds)

    let odd = [ nan; infinity; -infinity; -1.0; 0.0; 0.3; 1.0; 2.0; 1e300 ]

    let growing =
        Arb.fromGen (
            gen {
                let! first =
                    Gen.elements [ 0L; 1L; 9_999L; 10_000L; 500_000L; TimeSpan.MaxValue.Ticks ]

                let! cap = Gen.elements [ 0L; 1L; 20_000L; 300_000_000L; TimeSpan.MaxValue.Ticks ]
                let! multiplier = Gen.elements odd
                let! jitter = Gen.elements odd
                let! attempt = Gen.elements [ 1; 2; 3; 50; Int32.MaxValue ]
                let! chance = Gen.choose (0, 999_999)

                return
                    TimeSpan.FromTicks first,
                    TimeSpan.FromTicks cap,
                    multiplier,
                    jitter,
                    attempt,
                    float chance / 1_000_000.0
            }
        )

    /// A run that makes attempt number `attempt` of a task with nine retries.
    let trying attempt =
        let policy = {
            Definitions.noRetry with
                Retry = RetryMode.Fixed(9, ms 1)
        }

        let plan =
            Plan.Compile(
                Definitions.workflow [ Definitions.state "S" (StepKind.Single policy) ] [ "Done" ]
            )

        plan,
        {
            Run.Fresh(Target.Of(plan.NumberOf "S")) with
                Phase = Phase.Running
                Attempt = attempt
        }

    [<Law(1_000)>]
    [<Trait("ID", "J1")>]
    member law.``a mode with n retries allows n + 1 attempts, and no mode more``() =
        let modes = gen {
            let! n = Gen.choose (0, 20)

            return!
                Gen.elements [
                    RetryMode.None, 0
                    RetryMode.Fixed(n, ms 5), n
                    RetryMode.Exponential n, n
                    RetryMode.ExponentialCustom(n, ms 5, 3.0), n
                    RetryMode.Delays(List.init n ms), n
                ]
        }

        law.Holds [] (Arb.fromGen modes) (fun (mode, retries) ->
            Law.equal retries mode.Retries

            for attempt in 1 .. retries + 3 do
                let decision = Retry.decide mode attempt error 0.5
                Law.equal (attempt > retries) decision.IsGiveUp

            [])

    [<Fact>]
    [<Trait("ID", "J2"); Trait("ID", "J4"); Trait("ID", "J5")>]
    member _.``delays have the published values``() =
        let custom first multiplier (cap: int) =
            RetryMode.ExponentialCustom(3, ms first, multiplier, Nullable(ms cap), 0.0)

        Law.equal [ 50.0; 150.0 ] (delays (custom 50 3.0 60_000) 2)
        Law.equal [ 100.0; 500.0; 500.0 ] (delays (custom 100 10.0 500) 3)
        Law.equal [ 7.0; 7.0; 7.0 ] (delays (custom 7 nan 500) 3)
        Law.equal [ 7.0; 7.0; 7.0 ] (delays (custom 7 -2.0 500) 3)
        Law.equal [ 40.0; 40.0 ] (delays (RetryMode.Fixed(2, ms 40)) 2)
        Law.equal [ 100.0; 200.0; 400.0 ] (delays (RetryMode.Exponential 3) 3)
        Law.equal [ 7.0; 0.0; 40.0 ] (delays (RetryMode.Delays [ ms 7; ms 0; ms 40 ]) 3)

    [<Law(10_000)>]
    [<Trait("ID", "J3"); Trait("ID", "J5"); Trait("ID", "J6"); Trait("ID", "J7"); Trait("ID", "Y9")>]
    member law.``a delay is never negative nor above its cap, and a positive one never becomes 0``
        ()
        =
        law.Holds [ "at the cap"; "below it"; "zero" ] growing (fun values ->
            let first, cap, multiplier, jitter, attempt, chance = values

            let mode =
                RetryMode.ExponentialCustom(
                    Int32.MaxValue,
                    first,
                    multiplier,
                    Nullable cap,
                    jitter
                )

            let delay = delay mode attempt chance
            Assert.InRange(delay, TimeSpan.Zero, cap)

            if first = TimeSpan.Zero then
                Law.equal TimeSpan.Zero delay

            let floor = min cap (min first (ms 1))
            Assert.True((delay >= floor), $"{delay} is shorter than {floor}.")

            Law.met [
                "at the cap", delay = cap
                "below it", delay < cap
                "zero", delay = TimeSpan.Zero
            ])

    [<Law(1_000)>]
    [<Trait("ID", "J13")>]
    member law.``the n-th of listed delays follows the n-th failed attempt, as it is, and then none does``
        ()
        =
        let spans =
            Gen.elements [ 0L; 1L; 9_999L; 10_000L; 500_000L; TimeSpan.MaxValue.Ticks ]
            |> Gen.map TimeSpan.FromTicks

        let values = gen {
            let! count = Gen.choose (0, 5)
            let! listed = Gen.listOfLength count spans
            let! chance = Gen.choose (0, 999)
            return listed, chance
        }

        law.Holds [ "some"; "none" ] (Arb.fromGen values) (fun (listed, chance) ->
            let given = ResizeArray listed
            let mode = RetryMode.Delays given
            given.Clear()
            Law.equal listed.Length mode.Retries

            for i, expected in Seq.indexed listed do
                Law.equal expected (delay mode (i + 1) (float chance / 1_000.0))

            Assert.True((Retry.decide mode (listed.Length + 1) error 0.5).IsGiveUp)
            Law.equal mode (RetryMode.Delays(Seq.ofList listed))
            Law.equal (mode.GetHashCode()) (RetryMode.Delays(Array.ofList listed).GetHashCode())
            Assert.NotEqual(mode, RetryMode.Delays(ms 1 :: listed))
            Law.equal listed.IsEmpty (mode = RetryMode.None)

            Law.met [ "some", not listed.IsEmpty; "none", listed.IsEmpty ])

    [<Fact>]
    [<Trait("ID", "J13")>]
    member _.``a listed delay is refused where it is given when it is negative, infinite for instance``
        ()
        =
        for wrong in [ Timeout.InfiniteTimeSpan; TimeSpan.FromTicks -1L; TimeSpan.MinValue ] do
            let refused =
                Assert.Throws<ArgumentOutOfRangeException>(fun () ->
                    RetryMode.Delays [ ms 1; wrong ] |> ignore)

            Assert.StartsWith("Delay 2 of 2 is -", refused.Message)
            Assert.Contains("at least zero", refused.Message)

        Assert.Throws<ArgumentNullException>(fun () ->
            RetryMode.Delays(Unchecked.defaultof<TimeSpan seq>) |> ignore)
        |> ignore

    [<Fact>]
    [<Trait("ID", "J6")>]
    member _.``a huge power stays at the cap``() =
        let mode =
            RetryMode.ExponentialCustom(Int32.MaxValue, ms 100, 2.0, Nullable(ms 30_000), 0.0)

        for attempt in [ 10; 64; 100; 2_000; Int32.MaxValue ] do
            Law.equal (ms 30_000) (delay mode attempt 0.5)

    [<Law(1_000)>]
    [<Trait("ID", "J3"); Trait("ID", "Y9")>]
    member law.``jitter varies a delay within its share``() =
        let values = Arb.fromGen (Gen.zip (Gen.choose (0, 100)) (Gen.choose (0, 999)))

        law.Holds [] values (fun (percent, chance) ->
            let jitter = float percent / 100.0
            let mode = RetryMode.ExponentialCustom(1, ms 1_000, 2.0, Nullable(), jitter)
            let delay = (delay mode 1 (float chance / 1_000.0)).TotalMilliseconds

            Assert.InRange(
                delay,
                max 1.0 (1_000.0 * (1.0 - jitter)) - 0.001,
                1_000.0 * (1.0 + jitter) + 0.001
            )

            [])

    [<Fact>]
    [<Trait("ID", "N8")>]
    member _.``the refusal of a task's own breaker ends its attempts at once, and no attempt is at fault``
        ()
        =
        for attempt in 1..9 do
            let plan, run = trying attempt

            match (Play.step plan run (RunEvent.Answered(run.Visit, Answer.Refused))).Start with
            | Effect.Finish(Outcome.Failed failed) ->
                Law.equal (Fault.CircuitOpen, 0) (failed.Fault, failed.Attempt)
            | effect -> Assert.Fail $"%A{effect} instead of the end."

    [<Fact>]
    [<Trait("ID", "Y23")>]
    member _.``an open circuit that a body tells of is a failed attempt like any other``() =
        let opened = CanoError.Of Fault.CircuitOpen

        let failed = {
            Error = opened
            Sample = 0.5
            Now = Answers.epoch
            Until = Nullable()
        }

        for attempt in 1..9 do
            let plan, run = trying attempt
            let after = Play.step plan run (RunEvent.Answered(run.Visit, Answer.Failed failed))
            Law.equal (Effect.Wait(WaitEnd.After(ms 1))) after.Start

        Law.equal (Fault.RetryExhausted(3, opened)) (Retry.exhausted 3 opened).Fault

    [<Fact>]
    [<Trait("ID", "F30")>]
    member _.``what the program did wrong is told at once, and what the world did is tried again``
        ()
        =
        let text = "text"
        let mistake = Fault.ResourceNotFound "key"

        let faults = [
            Fault.TaskExecution text, true
            Fault.Store text, false
            Fault.Workflow text, false
            Fault.Configuration [| text |], false
            Fault.RetryExhausted(2, error), true
            Fault.RetryExhausted(2, CanoError.Of mistake), false
            Fault.Timeout text, true
            Fault.WorkflowTimeout(ms 1, ms 1), true
            Fault.Cancelled, true
            Fault.CircuitOpen, true
            Fault.RateLimited(text, ms 1), true
            Fault.CheckpointStore text, true
            Fault.CompensationFailed [| CanoError.Of mistake |], true
            Fault.Generic text, true
            mistake, false
            Fault.ResourceTypeMismatch("key", "a", "b"), false
            Fault.ResourceDuplicateKey "key", false
            Fault.WorkflowVersionMismatch(1u, 2u), false
            Fault.OrphanedCompensation("task", [||]), true
            Fault.Suspended text, true
            Fault.RunNotFound text, true
            Fault.RunEnded text, true
            Fault.InputMissing text, false
            Fault.InputTypeMismatch text, false
            Fault.OutputMissing text, false
        ]

        let modes = [
            RetryMode.Fixed(9, ms 1)
            RetryMode.Exponential 9
            RetryMode.Delays(List.replicate 9 (ms 1))
        ]

        for fault, isTriedAgain in faults do
            for mode in modes do
                for attempt in 1..9 do
                    let decision = Retry.decide mode attempt (CanoError.Of fault) 0.5
                    Law.equal (fault, not isTriedAgain) (fault, decision.IsGiveUp)

        // How another run ended may be otherwise the next time; what it did wrong will not.
        let ofAnotherRun fault = (CanoError.Of fault).In "State"

        Assert.False(Retry.isMistake (ofAnotherRun (Fault.Workflow text)))
        Assert.True(Retry.isMistake (ofAnotherRun mistake))

    [<Fact>]
    [<Trait("ID", "F30")>]
    member _.``a mistake ends the attempts of a run with its own error, whatever retries are left``
        ()
        =
        let failed = {
            Error = CanoError.Of(Fault.ResourceNotFound "key")
            Sample = 0.5
            Now = Answers.epoch
            Until = Nullable()
        }

        for attempt in 1..9 do
            let plan, run = trying attempt
            let answer = RunEvent.Answered(run.Visit, Answer.Failed failed)

            match (Play.step plan run answer).Start with
            | Effect.Finish(Outcome.Failed error) ->
                Law.equal (Retry.exhausted attempt failed.Error).Fault error.Fault
            | effect -> Assert.Fail $"%A{effect} instead of the end."

    [<Fact>]
    [<Trait("ID", "J8")>]
    member _.``more than one attempt ends in retry_exhausted with their number, one in its own error``
        ()
        =
        Law.equal error (Retry.exhausted 1 error)

        for attempts in 2..5 do
            Law.equal (Fault.RetryExhausted(attempts, error)) (Retry.exhausted attempts error).Fault

    [<Fact>]
    [<Trait("ID", "J1")>]
    member _.``a task without retries is tried once``() =
        for attempt in [ 0; 1; 2 ] do
            Assert.True((Retry.decide RetryMode.None attempt error 0.5).IsGiveUp)

    [<Fact>]
    [<Trait("ID", "Y8")>]
    member _.``a journaled delay longer than time itself is due at its end``() =
        let policy = {
            Definitions.noRetry with
                Retry = RetryMode.Fixed(1, TimeSpan.MaxValue)
        }

        let plan =
            Plan.Compile(
                Definitions.workflow [ Definitions.state "S" (StepKind.Single policy) ] [ "Done" ]
            )

        let run = {
            Run.Fresh(Target.Of(plan.NumberOf "S")) with
                Phase = Phase.Running
                Mode = RunMode.Journaled
        }

        let failed =
            RunEvent.Answered(
                run.Visit,
                Answer.Failed(
                    {
                        Error = error
                        Sample = 0.5
                        Now = Answers.epoch
                        Until = Nullable()
                    }
                )
            )

        match (Play.step plan run failed).Start with
        | Effect.Append({ Fact = Fact.WaitStarted wait }, _) ->
            Law.equal (Nullable DateTimeOffset.MaxValue) wait.Due
        | effect -> Assert.Fail $"%A{effect} instead of a wait."
