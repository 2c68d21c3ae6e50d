namespace Cano.Properties

open System
open Cano
open Cano.Properties.DurableShapes
open Xunit

/// F# data that a run wrote before a crash is what the resumed run reads.
type DurableResume() =

    let price = { Amount = 1m; Currency = "EUR" }

    /// Three states; the last one fails once.
    let workflow (store: ICheckpointStore) (last: TaskContext -> unit) =
        let isBroken = ref true
        let once = TaskConfig.Minimal.WithFixedRetry(0, TimeSpan.Zero)

        Workflow
            .Create<string>(Resources().Insert("store", MemoryStore.Durable()))
            .Register(
                "first",
                Func<TaskContext, string>(fun context ->
                    context.Store.Put("shape", Named(price, Some "one"))
                    context.Store.Append("signals", Off)
                    "second"),
                once
            )
            .Register(
                "second",
                Func<TaskContext, string>(fun context ->
                    context.Store.Append("signals", On 2)
                    "third"),
                once
            )
            .Register(
                "third",
                Func<TaskContext, string>(fun context ->
                    if isBroken.Value then
                        isBroken.Value <- false
                        failwith "crash"

                    last context
                    "end"),
                once
            )
            .AddExitState("end")
            .WithCheckpointStore(store)

    [<Fact>]
    member _.``a resumed run sees the records and unions of the run before``() = task {
        let seen = ref (Nothing, [])
        let rows = MemoryCheckpointStore()

        let it =
            workflow rows (fun context ->
                seen.Value <-
                    context.Store.Get<Shape> "shape", context.Store.Get<Signal list> "signals")

        let! _ =
            Assert.ThrowsAsync<CanoException>(fun () -> it.OrchestrateAsync("first", "run"))

        let! ended = it.ResumeFromAsync "run"
        Law.equal "end" ended
        Law.equal (Named(price, Some "one"), [ Off; On 2 ]) seen.Value
    }
