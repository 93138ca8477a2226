import { door } from "@/server/api/public/door";
import { postWebhook } from "@/server/api/public/webhooks";

export const { GET, POST, PUT, PATCH, DELETE, OPTIONS } = door<{ connector: string }>({ POST: (services, request, { connector }, entry) => postWebhook(services, connector, request, entry) });
