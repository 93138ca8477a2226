import type { inferRouterOutputs } from "@trpc/server";
import type { AppRouter } from "./root";

/** What procedures answer, by name, for components. Types only. */
export type Outputs = inferRouterOutputs<AppRouter>;
export type ExceptionList = Outputs["exceptions"]["list"];
export type ExceptionDetail = Outputs["exceptions"]["get"];
export type { AttemptRow, ExceptionGroupRow, ExceptionItemRow } from "@/server/read/exceptions";
export type EditableMessage = Outputs["exceptions"]["editable"];
export type { MessageEditRow } from "@/server/read/message-edits";
export type { FieldChange, MessageField } from "@/server/domain/message-edit";
export type HoldList = Outputs["holds"]["list"];
export type HoldDetail = Outputs["holds"]["get"];
export type OrderList = Outputs["orders"]["list"];
export type OrderDetail = Outputs["orders"]["get"];
export type TraceAnswer = Outputs["trace"]["find"];
export type { OrderRow } from "@/server/read/orders";
export type TowerOverview = Outputs["tower"]["overview"];
export type TowerProof = Outputs["tower"]["proof"];
export type ConnectorList = Outputs["connectors"]["list"];
export type ConnectorView = Outputs["connectors"]["get"];
export type ConnectorKinds = Outputs["connectors"]["kinds"];
export type RouteTables = Outputs["routes"]["list"];
export type ServiceLevelList = Outputs["serviceLevels"]["list"];
export type { ConnectorDescription, SettingsField, SettingsSchema } from "./connectors";
export type { RemedyView } from "./desk";
export type { WaitingRow } from "@/server/read/mapping";
export type { SavedView, ViewPage } from "@/server/read/views";
