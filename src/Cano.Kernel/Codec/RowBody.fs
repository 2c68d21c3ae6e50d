namespace Cano.Kernel

open System
open System.Text
open Cano

/// Gives the fact of a row's kind, next state and payload, or what is wrong with them.
type internal FactReading =
    delegate of RowKind * (string | null) * OptionalBytes -> Result<Fact, string>

/// A row and its body. How facts are read differs: within a durable state no other one may stand.
[<RequireQualifiedAccess>]
module internal RowBody =

    let write (head: RowHead) (row: Row) (payload: byte[] | null) : byte[] =
        let kind = Fact.kind row.Fact
        let writer = RowWriter(kind, head.Status, row.Sequence, row.Visit, row.Version)
        writer.Names(row.State, row.Task)
        writer.Start row.Start
        writer.Instant(RowField.WakesAt, head.WakesAt)
        let next = FactFormat.nextState row.Fact
        writer.Bytes(RowField.StateData, (if isNull next then row.Data.Bytes else null))
        writer.Text(RowField.Category, head.Category)
        writer.Text(RowField.NextState, next)
        writer.Bytes(RowField.NextStateData, (if isNull next then null else row.Data.Bytes))
        writer.Bytes(RowField.Payload, payload)
        writer.ToArray()

    /// What the row says of the run's start; null when it says nothing.
    let start (view: inref<RowView>) : Result<RunStart | null, string> =
        let part = view.Part RowField.Start

        if part.IsPresent then
            let mutable reader = ByteReader part.Bytes
            let start = StartFormat.read &reader

            match reader.Problem with
            | null -> Ok start
            | problem -> Error problem
        else
            match view.FirstName.ToText() with
            | null -> Ok null
            | name -> Ok(RunStart.Of name)

    let private made (view: inref<RowView>) (start: RunStart | null) (fact: Fact) : Row = {
        Sequence = view.Sequence
        Visit = view.Visit
        Version = view.WorkflowVersion
        Start = start
        State = Encoding.UTF8.GetString view.State
        Task = Encoding.UTF8.GetString view.TaskName
        Fact = fact
        Data =
            match FactFormat.nextState fact with
            | null -> StateData.Kept((view.Part RowField.StateData).ToArray())
            | _ -> StateData.Kept((view.Part RowField.NextStateData).ToArray())
    }

    /// The row, or what is wrong with it.
    let read (facts: FactReading) (view: inref<RowView>) : Result<Row, string> =
        match view.Problem with
        | null ->
            let next = (view.Part RowField.NextState).ToText()
            let fact = facts.Invoke(view.Kind, next, view.Part RowField.Payload)

            match start &view, fact with
            | Error problem, _
            | _, Error problem -> Error problem
            | Ok start, Ok fact -> Ok(made &view start fact)
        | problem -> Error problem
