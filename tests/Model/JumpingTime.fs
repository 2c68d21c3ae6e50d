namespace Cano.Model

open System
open System.Threading
open Cano.Testing

/// A clock that jumps over whatever the run waits for, as soon as it waits.
type internal JumpingTime(clock: VirtualTime, waiting: TimeSpan -> unit) =
    inherit TimeProvider()
    override _.GetUtcNow() = clock.GetUtcNow()
    override _.GetTimestamp() = clock.GetTimestamp()
    override _.TimestampFrequency = clock.TimestampFrequency
    override _.LocalTimeZone = clock.LocalTimeZone

    // A sleep is one moment, however long it is.
    interface Cano.Runtime.Time.IUnhurriedTime with
        member _.Look left = left

    override _.CreateTimer(callback, state, due, period) =
        let timer = clock.CreateTimer(callback, state, due, period)

        {
            new ITimer with
                member _.Change(due, period) =
                    let changed = timer.Change(due, period)
                    waiting due
                    changed

                member _.Dispose() = timer.Dispose()
                member _.DisposeAsync() = timer.DisposeAsync()
        }
