namespace Cano.Kernel

open System
open System.Globalization

/// How values are put into words: alike everywhere, in every culture.
[<RequireQualifiedAccess>]
module internal Words =

    /// A text with its values in it. F#'s own formatting finds out by reflection what a value is.
    let sentence (text: FormattableString) = FormattableString.Invariant text

    /// A number as programs write it: "0.5".
    [<CompiledName "Number">]
    let number (number: float) =
        number.ToString CultureInfo.InvariantCulture

    /// A span in the units it has, exactly: "7 d", "1 min 30 s", "0.1 s".
    [<CompiledName "Span">]
    let span (span: TimeSpan) =
        let part (count: int) unit =
            if count = 0 then [] else [ sentence $"{abs count} {unit}" ]

        let seconds =
            decimal (abs (span.Ticks % TimeSpan.TicksPerMinute))
            / decimal TimeSpan.TicksPerSecond

        let parts = [
            yield! part span.Days "d"
            yield! part span.Hours "h"
            yield! part span.Minutes "min"
            if seconds <> 0m || abs span.Ticks < TimeSpan.TicksPerMinute then
                seconds.ToString("0.#######", CultureInfo.InvariantCulture) + " s"
        ]

        (if span < TimeSpan.Zero then "-" else "") + String.Join(" ", parts)

    /// A span that was measured, to the millisecond.
    let measured (measured: TimeSpan) =
        span (TimeSpan.FromMilliseconds(Math.Round measured.TotalMilliseconds))

    /// An instant, in UTC, to the second: "2026-02-01 08:00:00Z".
    [<CompiledName "Instant">]
    let instant (instant: DateTimeOffset) =
        instant.ToString("u", CultureInfo.InvariantCulture)
