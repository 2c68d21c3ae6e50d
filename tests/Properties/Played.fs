namespace Cano.Properties

open System
open Cano
open Cano.Kernel

/// What is to happen to a run, chosen at random beforehand.
type Scenario = {
    Definition: Definition
    Initial: string
    Journaled: bool
    /// One number for each answer of work. When they are spent, every task fails for good.
    Choices: int list
    /// Before which answer the run is asked to stop, and whether by its caller or by its deadline.
    Interrupt: (int * bool) option
    /// Before which answer the run is asked for more than its caller can: to go back for good, or
    /// to rest.
    Asked: (int * RunEvent) option
    /// Which append fails, from 0.
    AppendFails: int option
    /// After which rows, by sequence, the process dies and the run is resumed.
    Crashes: int list
}

/// One event of a run.
type Moment = {
    Before: Run
    Event: RunEvent
    After: Transition
}

/// A run that was lived to its end, or to where it got stuck.
type Played = {
    Scenario: Scenario
    Plan: Plan
    Moments: Moment list
    /// The rows that were made durable, in order.
    Rows: Row list
    End: Run
} with

    /// What stores say of it.
    member this.Status =
        match this.End.Durable.Last with
        | null -> RowStatus.OnItsWay
        | last -> (RowHead.after this.End.Durable last.Fact).Status

    /// Whether the state in which a run is leaves a row when it is entered.
    member this.LeavesRow(run: Run) = this.Plan.Nodes[run.State].LeavesRow
