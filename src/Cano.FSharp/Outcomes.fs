namespace Cano.FSharp

open System
open Cano

/// What a poll answers.
[<RequireQualifiedAccess>]
module Poll =

    /// It is ready; this state follows.
    let ready (state: 'S) : PollOutcome<'S> = PollOutcome.Ready state

    /// Not yet; asked again after the span, which is not negative.
    let pending (span: TimeSpan) : PollOutcome<'S> =
        PollOutcome<'S>.op_Implicit(PollOutcome.Pending span)

/// What a step of stepped work answers.
[<RequireQualifiedAccess>]
module Step =

    /// There is more to do, from this cursor.
    let more (cursor: 'Cursor) : StepOutcome<'Cursor, 'S> =
        StepOutcome<'Cursor, 'S>.op_Implicit(StepOutcome.More cursor)

    /// Everything is done; this state follows.
    let finish (state: 'S) : StepOutcome<'Cursor, 'S> =
        StepOutcome<'Cursor, 'S>.op_Implicit(StepOutcome.Done state)

/// What is answered to a window of a stream.
[<RequireQualifiedAccess>]
module Window =

    /// Reads on.
    let readOn<'S> : WindowOutcome<'S> =
        WindowOutcome<'S>.op_Implicit WindowOutcome.Continue

    /// Stops reading; this state follows.
    let stop (state: 'S) : WindowOutcome<'S> = WindowOutcome.Stop state
