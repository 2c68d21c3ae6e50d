namespace Cano.Properties

open System
open System.IO
open System.Threading
open System.Threading.Tasks
open Cano
open Cano.Testing
open FsCheck.FSharp
open global.Xunit
open global.Xunit.Abstractions

/// A clock that leaps over whatever is waited for.
type private LeapingTime() =
    inherit TimeProvider()
    let mutable elapsed = 0L

    override _.GetUtcNow() =
        DateTimeOffset(2026, 2, 1, 8, 0, 0, TimeSpan.Zero).AddTicks(Volatile.Read &elapsed)

    override _.GetTimestamp() = Volatile.Read &elapsed
    override _.TimestampFrequency = TimeSpan.TicksPerSecond

    override _.CreateTimer(callback, state, due, _) =
        let leap (due: TimeSpan) =
            if due >= TimeSpan.Zero then
                Interlocked.Add(&elapsed, due.Ticks) |> ignore
                ThreadPool.QueueUserWorkItem(fun _ -> callback.Invoke state) |> ignore

        leap due

        { new ITimer with
            member _.Change(due, _) =
                leap due
                true

            member _.Dispose() = ()
            member _.DisposeAsync() = ValueTask()
        }

/// The cases of a union as states: what their fields hold goes with the run.
type CaseLaws(output: ITestOutputHelper) =
    inherit Laws(output)

    /// What bodies have got is what the run came to their states with.
    let allAsOnTheWay (seen: Purchases.Seen) =
        for name, state in seen.All do
            Law.equal (Some state) (Purchases.way |> List.tryFind (fun known -> Purchases.nameOf known = name))

    let never (_: string) = ()

    [<Law(300)>]
    [<Trait("ID", "Y33"); Trait("ID", "Y34")>]
    member law.``cut at any row a run has what it had, to the end``() =
        let cuts =
            Gen.zip
                (Gen.listOfLength 3 (Gen.choose (1, 24)))
                (Gen.elements [ CrashPoint.BeforeAppend; CrashPoint.AfterAppend ])
            |> Gen.zip (Gen.choose (2, 30))
            |> Arb.fromGen

        law.Holds [ "died twice" ] cuts (fun (snapshotEvery, (cuts, point)) ->
            let seen = Purchases.Seen()
            let rows = MemoryCheckpointStore()
            let time = LeapingTime()

            let build (store: ICheckpointStore) =
                (Purchases.workflow seen ignore never)
                    .WithCheckpointStore(store)
                    .WithTimeProvider(time)
                    .WithSnapshotEvery(snapshotEvery)

            let rec goOn (cuts: int list) deaths =
                let store: ICheckpointStore =
                    match cuts with
                    | [] -> rows
                    | cut :: _ -> CrashingCheckpointStore(rows, cut, point)

                let ended =
                    (if (rows.LoadRunAsync "run").Result.Count = 0 then
                         (build store).TryOrchestrateAsync(Purchases.way.Head, "run")
                     else
                         (build store).TryResumeFromAsync("run"))
                        .Result

                if ended.IsRight || cuts.IsEmpty then
                    ended.IfLeft(fun (error: CanoError) -> Lost error.Message), deaths
                else
                    goOn cuts.Tail (deaths + 1)

            let exit, deaths = goOn cuts 0
            Law.equal Purchases.paid exit
            allAsOnTheWay seen

            for state in Purchases.way |> List.filter (fun state -> not state.IsRested && not state.IsAwaited) do
                Assert.Contains((Purchases.nameOf state, state), seen.All)

            Law.met [ "died twice", deaths > 1 ])
