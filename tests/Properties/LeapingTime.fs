namespace Cano.Properties

open System
open System.Threading
open System.Threading.Tasks

/// A clock that leaps over whatever is waited for.
type LeapingTime() =
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

        {
            new ITimer with
                member _.Change(due, _) =
                    leap due
                    true

                member _.Dispose() = ()
                member _.DisposeAsync() = ValueTask()
        }
