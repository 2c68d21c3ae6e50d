namespace Cano.Kernel

open System

/// An instant, in UTC ticks.
[<RequireQualifiedAccess>]
module internal InstantFormat =

    let ofTicks (ticks: int64) (reader: byref<ByteReader>) : DateTimeOffset =
        if ticks >= 0L && ticks <= DateTimeOffset.MaxValue.UtcTicks then
            DateTimeOffset(ticks, TimeSpan.Zero)
        else
            reader.Fail()
            DateTimeOffset.MinValue

    let read (reader: byref<ByteReader>) : DateTimeOffset =
        let ticks = reader.Signed()
        ofTicks ticks &reader
